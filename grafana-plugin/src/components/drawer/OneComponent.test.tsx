import { screen, within } from '@testing-library/react';
import type { LiveLine } from '../../testing/live';
import { drawPanel } from '../../testing/panel';

const redis: LiveLine = {
  component: 'redis',
  up: 0,
  status: 'unhealthy',
  error: 'connection refused',
  details: { display_name: 'Redis', links: { Runbook: 'https://wiki.example/redis' } },
};
const backend: LiveLine = {
  component: 'backend',
  up: 0,
  status: 'unhealthy',
  error: 'HTTP 503',
  details: { display_name: 'Backend', depends_on: ['redis'], consequence_of: ['redis'] },
};

afterEach(() => jest.useRealTimers());

it('shows everything about one component in place of the board, with the names of others', () => {
  const { tick } = drawPanel([redis, backend], { options: { detailsOf: 'redis' } });
  const one = within(screen.getByRole('region', { name: 'Redis' }));
  expect(one.getAllByText('connection refused')[0]).toBeInTheDocument();
  expect(one.getByRole('slider')).toBeInTheDocument();
  expect(one.getByRole('link', { name: 'Runbook' })).toBeInTheDocument();
  expect(one.getByText('Needed by').closest('dt')?.nextSibling).toHaveTextContent('Backend');
  expect(document.querySelector('[data-key]')).toBeNull();
  tick([{ ...redis, status: 'healthy', up: 1, error: '', message: 'PONG' }, backend]);
  expect(one.getAllByText('PONG')[0]).toBeInTheDocument();
  expect(one.queryByText('connection refused')).toBeNull();
});

it('says when there is no such component', () => {
  drawPanel([redis], { options: { detailsOf: 'rediss' } });
  expect(screen.getByText(/No component is called "rediss"/)).toBeInTheDocument();
});
