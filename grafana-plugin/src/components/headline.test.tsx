/** What is broken, in the panel at every size. */
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { START } from '../testing/board';
import type { LiveLine } from '../testing/live';
import { drawPanel } from '../testing/panel';
import { headlineForm } from './headline-layout';

const since = (seconds: number) => START - seconds * 1000;
const postgresql: LiveLine = {
  component: 'postgresql',
  kind: 'infrastructure',
  up: 0,
  status: 'unhealthy',
  error: 'no answer within 800 ms; is it overloaded?',
  since_ms: since(29),
  details: { display_name: 'PostgreSQL', critical: true },
};
const backend: LiveLine = {
  component: 'backend',
  kind: 'microservice',
  up: 0,
  status: 'unhealthy',
  error: 'HTTP 503',
  since_ms: since(27),
  details: { display_name: 'Backend', consequence_of: ['postgresql'] },
};
const redis: LiveLine = { component: 'redis', kind: 'infrastructure', up: 1, status: 'healthy', response_time_ms: 0.3 };
const hundred = (status: 'healthy' | 'unhealthy') =>
  Array.from({ length: 300 }, (_, index): LiveLine => ({
    component: `web-${index}`,
    kind: 'microservice',
    up: status === 'healthy' ? 1 : 0,
    status,
    since_ms: since(index),
  }));

const lines = () =>
  within(screen.getByRole('list', { name: 'What is broken' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim());

afterEach(() => jest.useRealTimers());

test.each([
  [1440, 900],
  [1200, 700],
  [390, 844],
  [800, 160],
])('at %i × %i it names the cause with since, reason and impact, and no consequence', (width, height) => {
  drawPanel([redis, backend, postgresql], { width, height });
  expect(lines()).toEqual(['PostgreSQLdown 29 sno answer within 800 ms→, affects Backend']);
});

test('it counts on, opens the component, and goes when all is well', () => {
  const { tick } = drawPanel([redis, backend, postgresql]);
  tick([redis, backend, postgresql]);
  expect(lines()[0]).toContain('down 30 s');
  fireEvent.click(screen.getByRole('button', { name: /^PostgreSQL down/ }));
  expect(screen.getAllByRole('dialog')[0].textContent).toContain('PostgreSQL');
  tick([redis, { ...backend, status: 'healthy', up: 1 }, { ...postgresql, status: 'healthy', up: 1 }]);
  expect(screen.queryByRole('list', { name: 'What is broken' })).toBeNull();
});

test('a very small panel names the first cause', () => {
  const { container } = drawPanel([redis, backend, postgresql], { width: 150, height: 100 });
  expect(container.textContent).toMatch(/Critical.*PostgreSQL.*down 29 s/);
});

test('of three hundred causes four are named, and the rest is counted', () => {
  drawPanel(hundred('unhealthy'), { width: 1200, height: 700 });
  expect(lines()).toHaveLength(5);
  expect(lines()[4]).toBe('296 more failures');
});

test('the honeycomb names what is not healthy, whatever the number', () => {
  drawPanel([...hundred('healthy'), backend, postgresql], { width: 1200, height: 700, options: { view: 'compact' } });
  const names = within(screen.getByRole('list', { name: 'Needs attention' })).getAllByRole('button');
  expect(names.map(({ textContent }) => textContent)).toEqual(['PostgreSQLdown 29 s', 'Backenddown 27 s']);
});

test('causes stand above consequences, and what needs attention above the rest', () => {
  drawPanel([redis, backend, postgresql]);
  const order = [...document.querySelectorAll('[data-key]')].map((element) => element.getAttribute('data-key'));
  expect(order).toEqual(['postgresql', 'redis', 'backend']);
  expect(document.querySelector('[data-key=backend]')?.textContent).toContain(
    'Probably because PostgreSQL is down: HTTP 503'
  );
});

test('the details of a component say what depends on it, by its name for people', () => {
  drawPanel([redis, { ...backend, details: { display_name: 'Backend', depends_on: ['postgresql'] } }, postgresql]);
  fireEvent.click(document.querySelector('[data-key=postgresql]') as Element);
  const [drawer] = screen.getAllByRole('dialog');
  expect(drawer.textContent).toContain('Needed byBackend');
  expect(drawer.textContent).not.toContain('Depends on');
});

test('a filter that nothing matches any more is good news, and is taken off by a click', () => {
  const { tick } = drawPanel([redis, postgresql], { options: { statuses: ['unhealthy'] } });
  tick([redis, { ...postgresql, status: 'healthy', up: 1 }]);
  expect(screen.getByText('Nothing is unhealthy now.')).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
  expect(document.querySelectorAll('[data-key]')).toHaveLength(2);
});

test('what is broken is copied as text for a chat', async () => {
  const written = jest.fn((_text: string) => Promise.resolve());
  drawPanel([redis, backend, postgresql]);
  const user = userEvent.setup({ advanceTimers: (ms) => jest.advanceTimersByTime(ms) });
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: written }, configurable: true });
  await user.click(screen.getByRole('button', { name: 'Copy' }));
  await user.click(await screen.findByText('Copy for chat'));
  await act(async () => undefined);
  const text = written.mock.calls[0][0].split('\n');
  expect(text[0]).toMatch(/^Critical: 1 of 3 healthy \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)$/);
  expect(text[1]).toMatch(/^- PostgreSQL down \d+ s: no answer within 800 ms → Backend$/);
  expect(text[2]).toBe(window.location.href);
});

test('two exporters watch a component of the same name: what follows is named for its own', () => {
  const of = (line: LiveLine, cluster: string): LiveLine => ({ ...line, labels: { cluster } });
  drawPanel([of(postgresql, 'a'), of({ ...backend, details: { consequence_of: ['postgresql'] } }, 'b')], {
    options: { componentLabel: 'cluster,component' },
  });
  expect(lines().map((line) => line?.replace(/no answer.*/, ''))).toEqual([
    'PostgreSQLdown 29 s',
    expect.stringContaining('backenddown 27 s') as string,
  ]);
});

describe('the room that it takes', () => {
  const cause = { component: 'a', display_name: 'A', status: 'unhealthy' as const, impact: [] };
  const headline = (count: number, more = 0) => ({
    overall: 'Critical' as const,
    total: 10,
    healthy: 0,
    causes: Array.from({ length: count }, () => cause),
    more_causes: more,
    text: '',
  });

  it('is the same if nothing is broken as with one cause, where there is room: nothing moves', () => {
    expect(headlineForm(headline(0), 1200, 900).height).toBe(headlineForm(headline(1), 1200, 900).height);
    expect(headlineForm(headline(0), 390, 844).height).toBe(0);
    expect(headlineForm(headline(0), 800, 200).height).toBe(0);
  });

  it('is at most a third of the panel, but a cause is always named', () => {
    for (const [width, height] of [
      [390, 844],
      [1200, 700],
      [800, 160],
      [300, 120],
    ]) {
      const form = headlineForm(headline(10, 300), width, height);
      expect(form.causes).toBeGreaterThan(0);
      expect(form.height).toBeLessThanOrEqual(Math.max(0.34 * height, 64));
    }
  });
});
