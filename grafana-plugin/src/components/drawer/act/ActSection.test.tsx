/** The section that asks the exporter for maintenance, in the panel; what a real exporter does is tested in e2e. */
import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { config } from '@grafana/runtime';
import { START } from '../../../testing/board';
import { component } from '../../../testing/component';
import type { LiveLine } from '../../../testing/live';
import { drawPanel, pastRange } from '../../../testing/panel';
import { ActSection } from './ActSection';

const URL = 'http://127.0.0.1:10111';
const EXPORTER = { exporter: 'web-1/42/9f3c', exporter_url: URL };
const UNTIL = new Date(START + 1_800_000).toISOString();

const redis = (more: object = {}): LiveLine => ({
  ...{ component: 'redis', kind: 'infrastructure', type: 'cache', up: 1, status: 'healthy' },
  details: { display_name: 'Redis', interval_seconds: 1, ...EXPORTER, ...more },
});
const maintained = {
  ...redis({ maintenance: true, maintenance_until: UNTIL, maintenance_by: 'Ada', maintenance_reason: 'upgrade' }),
  ...{ status: 'unknown', up: null },
};

let requests: Array<{ method?: string; url: string; credentials?: string }>;
let respond: (url: string) => { status: number; body: string } | Promise<never>;

beforeEach(() => {
  requests = [];
  respond = () => ({ status: 200, body: '{}' });
  global.fetch = jest.fn(async (input: unknown, { method, credentials }: RequestInit = {}) => {
    requests.push({ method, url: String(input), credentials });
    const { status, body } = await respond(String(input));
    return { ok: status < 400, status, text: () => Promise.resolve(body) } as Response;
  });
  Object.assign(config.bootData.user, { isSignedIn: true, login: 'ada', name: 'Ada L.' });
});
afterEach(() => jest.useRealTimers());

const draw = (line: LiveLine) => drawPanel([line], { options: { detailsOf: 'redis' } });
const section = () => within(screen.getByRole('region', { name: 'Act' }));
const press = async (name: string) => {
  fireEvent.click(section().getByRole('button', { name }));
  await act(() => jest.advanceTimersByTimeAsync(0));
};
const status = () => section().getByRole('status').textContent;

it('asks for maintenance in the name of the user, and says what the exporter answered until the board shows it', async () => {
  const { tick } = draw(redis());
  respond = () => ({
    status: 200,
    body: JSON.stringify({ maintenance: [{ component: 'redis', until: UNTIL, by: 'ada', reason: 'new disk' }] }),
  });
  fireEvent.click(section().getByRole('radio', { name: '1 h' }));
  fireEvent.change(section().getByRole('textbox', { name: 'Reason' }), { target: { value: ' new disk ' } });
  await press('Start maintenance');
  expect(requests).toEqual([
    {
      method: 'POST',
      url: `${URL}/api/v1/maintenance?component=redis&duration=1h&reason=new+disk&by=ada`,
      credentials: 'include',
    },
  ]);
  expect(status()).toBe(
    'The exporter accepted it: in maintenance until 12:30 by ada: new disk. The board follows with the next data.'
  );
  expect(section().queryByRole('button', { name: 'End maintenance' })).toBeNull();
  tick([maintained]);
  expect(status()).toBe('');
  expect(section().getByText('In maintenance until 12:30 by Ada: upgrade')).toBeInTheDocument();
});

it('ends it, and leaves the focus in the form', async () => {
  const { tick } = draw(maintained);
  respond = () => ({ status: 200, body: '{"ended":{}}' });
  await press('End maintenance');
  expect(requests).toEqual([{ method: 'DELETE', url: `${URL}/api/v1/maintenance/redis`, credentials: 'include' }]);
  expect(status()).toBe('The exporter ended it. The board follows with the next data.');
  tick([redis()]);
  expect(status()).toBe('The exporter ended it.');
  expect(section().getByRole('button', { name: 'Start maintenance' })).toHaveFocus();
});

it('sends one request at a time, and shows that it waits', async () => {
  draw(redis());
  let answer: () => void = () => undefined;
  respond = () => new Promise<never>((_resolve, reject) => (answer = () => reject(new TypeError('Failed to fetch'))));
  const button = () => section().getByRole('button', { name: 'Start maintenance' });
  fireEvent.click(button());
  expect(button()).toHaveAttribute('aria-busy', 'true');
  fireEvent.click(button());
  expect(requests).toHaveLength(1);
  await act(async () => answer());
  await act(() => jest.advanceTimersByTimeAsync(0));
  expect(button()).toHaveAttribute('aria-busy', 'false');
});

it('says what the exporter said', async () => {
  draw(redis());
  respond = () => ({ status: 403, body: '{"error":"maintenance on request is disabled; start with x"}' });
  await press('Start maintenance');
  const alert = section().getByRole('alert');
  expect(alert).toHaveTextContent('Maintenance was not started');
  expect(alert).toHaveTextContent(
    `The exporter at ${URL} rejected the request: maintenance on request is disabled; start with x`
  );
  expect(status()).toBe('');
  respond = () => ({ status: 502, body: '<html>' });
  await press('Start maintenance');
  expect(section().getByRole('alert')).toHaveTextContent('rejected the request: HTTP 502');
});

it('leads to the exporter where one has to sign in', async () => {
  draw(redis());
  respond = () => ({ status: 401, body: '{"error":"authentication is required"}' });
  await press('Start maintenance');
  const link = section().getByRole('link', { name: 'Sign in to the exporter, then try again' });
  expect(link).toHaveAttribute('href', `${URL}/`);
});

it('says when the exporter cannot be reached', async () => {
  draw(redis());
  respond = () => Promise.reject(new TypeError('Failed to fetch'));
  await press('Start maintenance');
  expect(section().getByRole('alert')).toHaveTextContent(
    `The exporter at ${URL} cannot be reached from this browser; is it running, is this address right for people (--web.external-url), and does it allow ${window.location.origin} (--web.cors-origin)?`
  );
});

describe('a silence', () => {
  const SAID = { silence_until: UNTIL, silence_by: 'Ada', silence_reason: 'upgrade' };
  const list = (...components: string[][]) =>
    JSON.stringify({
      silences: components.map((names, index) => ({
        ...{ id: `silence/${index}`, state: 'active', components: names.map((component) => ({ component })) },
      })),
    });
  const choose = () => fireEvent.click(section().getByRole('radio', { name: 'Silence' }));

  it('is made with the same form', async () => {
    const { tick } = draw(redis());
    choose();
    expect(section().getByText(/Alertmanager notifies nobody/)).toBeInTheDocument();
    respond = () => ({ status: 200, body: JSON.stringify({ silence: { id: '7', until: UNTIL, by: 'ada' } }) });
    fireEvent.click(section().getByRole('radio', { name: '4 h' }));
    await press('Silence alerts');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${URL}/api/v1/silences?component=redis&duration=4h&by=ada`,
    ]);
    expect(status()).toBe(
      'The exporter accepted it: alerts silenced until 12:30 by ada. The board follows with the next data.'
    );
    tick([redis(SAID)]);
    expect(status()).toBe('');
    expect(section().getByText('Alerts silenced until 12:30 by Ada: upgrade')).toBeInTheDocument();
  });

  it('is ended, if it is of this component alone', async () => {
    draw(redis(SAID));
    choose();
    respond = (url) => ({
      status: 200,
      body: url.endsWith('/silences') ? list(['redis'], ['backend'], ['redis']) : '{}',
    });
    await press('End silence');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${URL}/api/v1/silences`,
      `DELETE ${URL}/api/v1/silences/silence%2F0`,
      `DELETE ${URL}/api/v1/silences/silence%2F2`,
    ]);
    expect(status()).toBe('The exporter ended it. The board follows with the next data.');
  });

  it('of other components too is left alone', async () => {
    draw(redis(SAID));
    choose();
    respond = () => ({ status: 200, body: list(['redis', 'backend']) });
    await press('End silence');
    expect(requests).toHaveLength(1);
    expect(section().getByRole('alert')).toHaveTextContent('The silence also mutes backend: end it in Alertmanager.');
  });

  it('of which one is of other components too: says that this one goes on', async () => {
    draw(redis(SAID));
    choose();
    respond = (url) => ({
      status: 200,
      body: url.endsWith('/silences') ? list(['redis'], ['redis', 'backend']) : '{}',
    });
    await press('End silence');
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
    expect(section().getByRole('alert')).toHaveTextContent(
      'One was ended; another one also mutes backend: end it in Alertmanager.'
    );
    expect(status()).toBe('');
  });

  it('is said on the card, in the line below the name, and among the fields', () => {
    drawPanel([redis(SAID)]);
    const card = document.querySelector<HTMLElement>('[data-key="redis"]');
    expect(card && within(card).getByTestId('bell-slash')).toBeInTheDocument();
    expect(card).toHaveAttribute('data-status', 'healthy');
    fireEvent.click(card as HTMLElement);
    const drawer = within(screen.getAllByRole('dialog')[0]);
    expect(drawer.getByText(/· alerts silenced until 12:30 by Ada: upgrade$/)).toBeInTheDocument();
    expect(drawer.getByText('Alerts').closest('dt')?.nextSibling).toHaveTextContent(
      'Alerts silenced until 12:30 by Ada: upgrade'
    );
  });
});

it('sends no name of somebody who is not signed in', async () => {
  Object.assign(config.bootData.user, { isSignedIn: false });
  draw(redis());
  await press('Start maintenance');
  expect(requests.map(({ url }) => url)).toEqual([`${URL}/api/v1/maintenance?component=redis&duration=30m`]);
});

it('tells maintenance of the configuration from what was asked for', () => {
  draw({ ...redis({ maintenance: true }), status: 'unknown', up: null });
  expect(section().getByText('In maintenance by its configuration')).toBeInTheDocument();
  expect(section().queryByRole('button', { name: 'End maintenance' })).toBeNull();
});

it('asks every exporter that watches the component, and says which did not do it', async () => {
  jest.useFakeTimers({ now: START });
  const seenBy = (exporterUrl: string) => component('redis', { exporterUrl });
  const vantages = new Map([
    ['eu', seenBy('http://eu.example')],
    ['us', seenBy('http://us.example')],
  ]);
  respond = (url) =>
    url.startsWith('http://eu.example')
      ? { status: 200, body: JSON.stringify({ maintenance: [{ until: UNTIL }] }) }
      : { status: 404, body: '{"error":"there is no component \\"redis\\""}' };
  render(<ActSection component={component('redis', { vantages })} timeZone="utc" />);
  await press('Start maintenance');
  expect(requests.map(({ url }) => url.replace(/\/api.*/, ''))).toEqual(['http://eu.example', 'http://us.example']);
  expect(status()).toMatch(/^The exporter accepted it/);
  const alert = section().getByRole('alert');
  expect(alert).toHaveTextContent('Maintenance was not started by every exporter');
  expect(alert).toHaveTextContent(
    'The exporter at http://us.example rejected the request: there is no component "redis"'
  );
});

it('leads to that exporter of several which asks for a password', async () => {
  jest.useFakeTimers({ now: START });
  const seenBy = (exporterUrl: string) => component('redis', { exporterUrl });
  const vantages = new Map([
    ['eu', seenBy('http://eu.example')],
    ['us', seenBy('http://us.example')],
  ]);
  respond = (url) => ({ status: url.startsWith('http://us.example') ? 401 : 200, body: '{}' });
  render(<ActSection component={component('redis', { vantages })} timeZone="utc" />);
  await press('Start maintenance');
  expect(section().getByRole('link', { name: /^Sign in/ })).toHaveAttribute('href', 'http://us.example/');
});

it('names the vantage points that will not know of maintenance; of a silence all know', () => {
  jest.useFakeTimers({ now: START });
  const vantages = new Map([
    ['eu', component('redis', { exporterUrl: 'http://eu.example' })],
    ['us', component('redis')],
  ]);
  render(<ActSection component={component('redis', { vantages })} timeZone="utc" />);
  expect(section().getByText(/^Not sent to the exporter of us, /)).toBeInTheDocument();
  fireEvent.click(section().getByRole('radio', { name: 'Silence' }));
  expect(section().queryByText(/^Not sent/)).toBeNull();
});

it('is there only of the present, and while the exporter can be asked', () => {
  const { change, tick, wait } = draw(redis());
  expect(screen.getByRole('region', { name: 'Act' })).toBeInTheDocument();
  change({ timeRange: pastRange(START) });
  expect(screen.queryByRole('region', { name: 'Act' })).toBeNull();
  change({ timeRange: undefined });
  fireEvent.change(section().getByRole('textbox', { name: 'Reason' }), { target: { value: 'upgrade' } });
  wait(10_000);
  expect(screen.queryByRole('region', { name: 'Act' })).toBeNull();
  // what was typed is kept
  tick([redis()]);
  expect(section().getByRole('textbox', { name: 'Reason' })).toHaveValue('upgrade');
  tick([redis({ exporter_url: undefined })]);
  expect(screen.queryByRole('region', { name: 'Act' })).toBeNull();
});
