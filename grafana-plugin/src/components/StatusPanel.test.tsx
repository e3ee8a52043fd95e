import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { locationUtil, LoadingState, ThresholdsMode, type GrafanaConfig } from '@grafana/data';
import { PLUGIN_ID } from '../host/sandbox';
import plugin from '../plugin.json';
import { drawPanel, panelProps, pastRange } from '../testing/panel';
import { START } from '../testing/board';
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { scraped, timeSeries } from '../testing/prometheus';
import { StatusPanel } from './StatusPanel';

const redis: LiveLine = {
  component: 'redis',
  kind: 'infrastructure',
  type: 'cache',
  up: 1,
  status: 'healthy',
  response_time_ms: 0.25,
  message: 'PONG',
  version: '7.2.1',
  since_ms: START - 90_000,
  details: { display_name: 'Redis', memory_bytes: 2048, critical: true },
};
const backend: LiveLine = { component: 'backend', up: 1, status: 'healthy', response_time_ms: 12 };
const radio: LiveLine = { component: 'radio', kind: 'receiver', type: 'receiver', up: 1, status: 'healthy' };
const down = { ...redis, up: 0, status: 'unhealthy', message: '', error: 'connection refused', response_time_ms: null };
const all = [redis, backend, radio];

function card(key: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!element) {
    throw new Error(`no card of ${key} among ${order().join(', ')}`);
  }
  return element;
}
const order = () => [...document.querySelectorAll('[data-key]')].map((element) => element.getAttribute('data-key'));
const hide = (hidden: boolean) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
};
const announced = () => screen.getByRole('status').textContent;

beforeAll(() =>
  locationUtil.initialize({
    config: { appSubUrl: '' } as GrafanaConfig,
    getTimeRangeForUrl: () => ({ from: 'now-5m', to: 'now' }),
    getVariablesUrlParams: () => ({}),
  })
);
afterEach(() => jest.useRealTimers());

describe('a card', () => {
  it('shows name, status, response time, message, duration and figures', () => {
    drawPanel(all);
    const text = card('redis').textContent;
    for (const part of ['Redis', 'Healthy', '0.25 ms', 'PONG', 'up 1 min 30 s', 'v7.2.1 · 2 KiB']) {
      expect(text).toContain(part);
    }
  });

  it('shows how many vantage points agree, and the report of each', () => {
    const from = (line: LiveLine, vantage: string) => ({ ...line, labels: { vantage } });
    drawPanel([from(redis, 'eu'), from(down, 'us'), from(redis, 'asia')]);
    expect(order()).toEqual(['redis']);
    expect(card('redis')).toHaveAttribute('data-status', 'healthy');
    expect(card('redis').textContent).toContain('2 of 3 agree · v7.2.1');
    fireEvent.click(card('redis'));
    const section = within(screen.getAllByRole('dialog')[0]).getByRole('region', {
      name: 'Vantage points: 2 of 3 agree',
    });
    expect(
      within(section)
        .getAllByRole('definition')
        .map(({ textContent }) => textContent)
    ).toEqual(['Healthy, 0.25 ms, PONG', 'Healthy, 0.25 ms, PONG', 'Unhealthy, connection refused']);
  });

  it('shows the error, and that it is down', () => {
    drawPanel([down, backend, radio]);
    expect(card('redis')).toHaveAttribute('data-status', 'unhealthy');
    expect(card('redis').textContent).toContain('Unhealthy');
    expect(card('redis').textContent).toContain('connection refused');
    expect(card('redis').textContent).toContain('down 1 min 30 s');
  });

  it('follows the stream, and is not rendered again when only its response time changes', () => {
    const { tick } = drawPanel(all);
    const before = card('backend');
    const children = [...before.querySelectorAll('*')];
    tick([down, { ...backend, response_time_ms: 13 }, radio]);
    expect(card('redis').textContent).toContain('Unhealthy');
    expect([...card('backend').querySelectorAll('*')]).toEqual(children);
    expect(before.textContent).toContain('13.0 ms');
  });

  it('shows only the configured parts', () => {
    drawPanel(all, { options: { parts: ['responseTime'] } });
    expect(card('redis').textContent).toContain('0.25 ms');
    expect(card('redis').textContent).not.toContain('PONG');
    expect(card('redis').querySelector('canvas')).toBeNull();
  });

  it('marks flapping and maintenance', () => {
    drawPanel([
      { ...backend, details: { flapping: true } },
      { ...radio, status: 'unknown', up: null, details: { maintenance: true } },
    ]);
    expect(within(card('backend')).getByTestId('arrow-random')).toBeInTheDocument();
    expect(card('radio').textContent).toContain('Maintenance');
  });

  it('says who asked for maintenance, why, and how long it lasts; and has the links of the component', () => {
    const until = new Date(START + 600_000).toISOString();
    const asked = {
      maintenance: true,
      maintenance_until: until,
      maintenance_by: 'Ada',
      maintenance_reason: 'new disk',
    };
    const links = { Runbook: 'https://wiki.example/radio', Wrong: 'javascript:alert(1)' };
    drawPanel([{ ...radio, status: 'unknown', up: null, details: { ...asked, links } }]);
    expect(card('radio').textContent).toMatch(/Maintenance by Ada: new disk.*10 min left/);
    fireEvent.click(card('radio'));
    const drawer = within(screen.getAllByRole('dialog')[0]);
    expect(drawer.getByRole('link', { name: 'Runbook' })).toHaveAttribute('href', 'https://wiki.example/radio');
    expect(drawer.getByRole('link', { name: 'Wrong' })).toHaveAttribute('href', 'about:blank');
  });
});

describe('data that ends', () => {
  it('becomes stale with its age, and is never shown as fresh', () => {
    const { tick, wait } = drawPanel(all);
    tick(all);
    wait(10_000);
    for (const part of ['Stale', 'Last known: healthy, PONG', 'last data 10 s ago']) {
      expect(card('redis').textContent).toContain(part);
    }
    expect(card('redis').textContent).not.toContain('0.25 ms');
    expect(screen.getByRole('group', { name: 'Overview' }).textContent).toMatch(/Unknown.*all 3 stale/);
    wait(5000);
    expect(card('redis').textContent).toContain('last data 15 s ago');
  });

  it('stays on screen while a query is loading or returns nothing', () => {
    const { rerender } = drawPanel(all);
    rerender(<StatusPanel {...panelProps([], { state: LoadingState.Loading })} />);
    expect(card('redis')).toBeInTheDocument();
  });
});

describe('the overview', () => {
  it('shows how many of each section are up, and the overall status', () => {
    drawPanel([down, backend, radio]);
    const overview = within(screen.getByRole('group', { name: 'Overview' }));
    expect(overview.getByText('Critical')).toBeInTheDocument();
    expect(overview.getByText('2 of 3 healthy')).toBeInTheDocument();
    for (const [title, up] of [
      ['Microservices', '1/1'],
      ['Infrastructure', '0/1'],
      ['Receivers', '1/1'],
    ]) {
      expect(overview.getByText(title).parentElement).toHaveTextContent(`${title}${up}`);
    }
  });
});

describe('the announcement', () => {
  it('is made once for each change, not for the first state', () => {
    const { tick } = drawPanel(all);
    expect(announced()).toBe('');
    tick([down, backend, radio]);
    expect(announced()).toBe('Redis is unhealthy.');
    const region = screen.getByRole('status');
    const observer = new MutationObserver(() => undefined);
    observer.observe(region, { childList: true, characterData: true, subtree: true });
    tick([down, backend, radio]);
    tick([{ ...down, error: 'still refused' }, backend, radio]);
    expect(observer.takeRecords()).toEqual([]);
    tick(all);
    expect(announced()).toBe('Redis is healthy.');
  });

  it('summarizes many changes', () => {
    const lines = Array.from({ length: 6 }, (_, i) => ({ ...backend, component: `web-${i}` }));
    const { tick } = drawPanel(lines);
    tick(lines.map((line, i) => ({ ...line, status: i < 4 ? 'unhealthy' : 'degraded' })));
    expect(announced()).toBe('6 components changed: 4 unhealthy, 2 degraded.');
  });
});

describe('the order', () => {
  const web = (status: (i: number) => string) =>
    Array.from({ length: 3 }, (_, i) => ({ ...backend, component: `web-${i}`, status: status(i) }));

  it('is worst first', () => {
    drawPanel(web((i) => (i === 2 ? 'unhealthy' : 'healthy')));
    expect(order()).toEqual(['web-2', 'web-0', 'web-1']);
  });

  it('is kept while the pointer is on the board, and updated afterwards', () => {
    const { tick } = drawPanel(web(() => 'healthy'));
    fireEvent.pointerEnter(screen.getByRole('region', { name: 'Components' }).parentElement!);
    tick(web((i) => (i === 2 ? 'unhealthy' : 'healthy')));
    expect(card('web-2').textContent).toContain('Unhealthy');
    expect(order()).toEqual(['web-0', 'web-1', 'web-2']);
    fireEvent.pointerLeave(screen.getByRole('region', { name: 'Components' }).parentElement!);
    expect(order()).toEqual(['web-2', 'web-0', 'web-1']);
  });

  it('is kept while the focus is on the board', () => {
    const { tick } = drawPanel(web(() => 'healthy'));
    fireEvent.focus(card('web-0'));
    tick(web((i) => (i === 2 ? 'unhealthy' : 'healthy')));
    expect(order()).toEqual(['web-0', 'web-1', 'web-2']);
  });

  it('is not kept indefinitely by an abandoned focus', () => {
    const { tick, wait } = drawPanel(web(() => 'healthy'));
    fireEvent.focus(card('web-0'));
    tick(web((i) => (i === 2 ? 'unhealthy' : 'healthy')));
    wait(31_000);
    tick(web((i) => (i === 2 ? 'unhealthy' : 'healthy')));
    expect(order()).toEqual(['web-2', 'web-0', 'web-1']);
  });
});

describe('the keyboard', () => {
  function user() {
    return userEvent.setup({ advanceTimers: jest.advanceTimersByTime });
  }

  it('has one tab stop for all cards, and arrow keys move within', async () => {
    drawPanel(all);
    expect(document.querySelectorAll('[data-key][tabindex="0"]')).toHaveLength(1);
    act(() => card('backend').focus());
    await user().keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(card('redis'));
    await user().keyboard('{End}');
    expect(document.activeElement).toBe(card('radio'));
    await user().keyboard('{Home}');
    expect(document.activeElement).toBe(card('backend'));
    expect(document.querySelectorAll('[data-key][tabindex="0"]')).toHaveLength(1);
  });

  it('opens the details with Enter', async () => {
    drawPanel(all);
    act(() => card('redis').focus());
    await user().keyboard('{Enter}');
    // Grafana 12 has one within the other
    const dialog = within(screen.getAllByRole('dialog')[0]);
    expect(dialog.getByText('2 KiB')).toBeInTheDocument();
    expect(dialog.getByText('Recent changes')).toBeInTheDocument();
  });

  it("opens details that a sandbox takes for the panel's own", async () => {
    drawPanel(all);
    act(() => card('redis').focus());
    await user().keyboard('{Enter}');
    const drawn = [...screen.getAllByRole('dialog')[0].querySelectorAll('canvas')];
    expect(drawn).toHaveLength(2);
    drawn.forEach((element) => expect(element.closest(`[data-plugin-sandbox="${PLUGIN_ID}"]`)).not.toBeNull());
    expect(PLUGIN_ID).toBe(plugin.id);
  });

  it('moves to the filter with a slash', async () => {
    drawPanel(all);
    act(() => card('redis').focus());
    await user().keyboard('/');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Filter components' }));
    expect(document.activeElement).toHaveValue('');
  });
});

describe('the toolbar', () => {
  it('filters by text', () => {
    drawPanel(all);
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter components' }), { target: { value: 'pong' } });
    expect(order()).toEqual(['redis']);
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter components' }), { target: { value: 'nothing' } });
    expect(screen.getByText('No component matches the filter.')).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(order().length).toBeGreaterThan(0);
  });

  it('filters by status', () => {
    drawPanel([down, backend, radio]);
    fireEvent.click(screen.getByRole('button', { name: 'Unhealthy: 1' }));
    expect(order()).toEqual(['redis']);
    fireEvent.click(screen.getByRole('button', { name: 'Unhealthy: 1' }));
    expect(order()).toHaveLength(3);
  });

  it('folds a section', () => {
    drawPanel(all);
    const heading = screen.getByRole('button', { name: /Infrastructure/ });
    fireEvent.click(heading);
    expect(heading).toHaveAttribute('aria-expanded', 'false');
    expect(order()).toEqual(['backend', 'radio']);
  });

  it.each(['Table', 'Compact', 'Grid'])('switches to %s', (view) => {
    drawPanel(all);
    fireEvent.click(screen.getByRole('radio', { name: view }));
    expect(order()).toEqual(['backend', 'redis', 'radio']);
    expect(document.querySelector('[role="grid"]') !== null).toBe(view === 'Table');
  });
});

describe('field options', () => {
  it('open a link with one click instead of the details', () => {
    const open = jest.spyOn(window, 'open').mockReturnValue(null);
    const links = [{ title: 'Open', url: '/d/x?var-component=${__component}', oneClick: true }];
    drawPanel(all, { fieldConfig: { defaults: { links }, overrides: [] } });
    fireEvent.click(card('redis'));
    expect(open).toHaveBeenCalledWith('/d/x?var-component=redis', '_self', 'noopener');
    expect(screen.queryByRole('dialog')).toBeNull();
    open.mockRestore();
  });

  it('list the other links in the details', () => {
    const links = [{ title: 'Logs of ${__component}', url: '/explore?q=${__component}' }];
    drawPanel(all, { fieldConfig: { defaults: { links }, overrides: [] } });
    fireEvent.click(card('redis'));
    expect(screen.getByRole('link', { name: 'Logs of redis' })).toHaveAttribute('href', '/explore?q=redis');
  });

  it('colour the response time by thresholds in milliseconds', () => {
    const steps = [
      { value: -Infinity, color: 'text' },
      { value: 10, color: 'red' },
    ];
    const thresholds = { mode: ThresholdsMode.Absolute, steps };
    drawPanel(all, { fieldConfig: { defaults: { thresholds }, overrides: [] } });
    expect(within(card('backend')).getByText('12.0 ms').style.color).not.toBe('');
    expect(within(card('redis')).getByText('0.25 ms').style.color).toBe('');
  });
});

describe('the size', () => {
  it.each([
    [134, 52],
    [150, 100],
    [60, 20],
  ])('of %d × %d px leaves the overall word, and the counts or what is broken', (width, height) => {
    const { tick } = drawPanel(all, { width, height });
    expect(screen.getByText('Good')).toBeInTheDocument();
    expect(screen.getByText('3/3 up')).toBeInTheDocument();
    tick([down, backend, radio]);
    expect(screen.getByText('Critical')).toBeInTheDocument();
    expect(screen.getByText('Redis')).toBeInTheDocument();
    expect(order()).toEqual([]);
  });

  it.each([
    [240, 150],
    [320, 240],
    [700, 500],
    [3840, 2160],
  ])('of %d × %d px shows every component', (width, height) => {
    drawPanel(all, { width, height });
    expect(order()).toHaveLength(3);
  });

  it('may be left to the content', () => {
    drawPanel(all, { height: 0 });
    expect(order()).toHaveLength(3);
  });

  it('keeps the page light with a thousand components', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => ({ ...backend, component: `web-${i}` }));
    const { change } = drawPanel(lines, { options: { view: 'grid' } });
    expect(order().length).toBeGreaterThan(10);
    expect(order().length).toBeLessThan(60);
    change({ options: { view: 'table' } });
    expect(order().length).toBeLessThan(60);
  });
});

describe('without components', () => {
  it('waits while it is loading', () => {
    render(<StatusPanel {...panelProps([], { state: LoadingState.Loading })} />);
    expect(screen.getByText('Waiting for data…')).toBeInTheDocument();
  });

  it('names suitable queries', () => {
    render(<StatusPanel {...panelProps([], { state: LoadingState.Done })} />);
    expect(screen.getByText('No data yet')).toBeInTheDocument();
    expect(screen.getByText('stream/onehertz/components')).toBeInTheDocument();
  });

  it('shows what it could not read', () => {
    const series = timeSeries([{ labels: { __name__: 'node_load1' }, samples: [[START, 1]] }], { refId: 'Q' });
    render(<StatusPanel {...panelProps(series, { state: LoadingState.Done })} />);
    expect(screen.getByText(/^Query Q returns series that are not component_… metrics/)).toBeInTheDocument();
  });
});

describe('a page that was away', () => {
  it('asleep for a minute, calls nothing stale before it has waited for what comes', () => {
    const { tick, sleep, wait } = drawPanel(all);
    tick(all);
    sleep(60_000);
    wait(1000);
    expect(card('redis')).toHaveAttribute('data-status', 'healthy');
    tick(all);
    expect(card('redis')).toHaveAttribute('data-status', 'healthy');
    sleep(60_000);
    wait(3000);
    expect(card('redis')).toHaveAttribute('data-status', 'unknown');
  });

  it('hidden for a minute, calls nothing stale before it was seen again for a while', () => {
    const { tick, wait } = drawPanel(all);
    tick(all);
    hide(true);
    wait(60_000);
    expect(card('redis')).toHaveAttribute('data-status', 'healthy');
    hide(false);
    wait(1000);
    expect(card('redis')).toHaveAttribute('data-status', 'healthy');
    wait(3000);
    expect(card('redis')).toHaveAttribute('data-status', 'unknown');
  });

  it('mounted on an old row, waits for the next push, and says that it is old when none comes', () => {
    const old = createStream();
    pushTick(old, START - 300_000, all);
    jest.useFakeTimers({ now: START });
    render(<StatusPanel {...panelProps([asPanelFrame(old)])} />);
    expect(screen.getByText('Waiting for data…')).toBeInTheDocument();
    act(() => {
      jest.advanceTimersByTime(3000);
    });
    expect(card('redis')).toHaveAttribute('data-status', 'unknown');
    expect(card('redis').textContent).toContain('last data 5 min');
  });
});

it('says above the board what it could not read', () => {
  drawPanel([{ ...backend, details: '{' }]);
  expect(screen.getByRole('note')).toHaveTextContent('The details of backend are not a JSON object.');
});

it('shows the state at the end of a past range', () => {
  const series = timeSeries([{ labels: scraped('component_up', 'redis'), samples: [[START, 1]] }]);
  render(<StatusPanel {...panelProps(series, { timeRange: pastRange(START + 1000) })} />);
  expect(card('redis').textContent).toContain('Healthy');
  expect(screen.getByText('As of 2026-10-01 12:00:01')).toBeInTheDocument();
});

it('shows only what the data source answers now, when a variable changed before the answer came', () => {
  jest.useFakeTimers({ now: START });
  const answer = (component: string) =>
    timeSeries([{ labels: { __name__: 'component_up', component }, samples: [[START - 1000, 1]] }], {
      executed: `Expr: component_up{component="${component}"}\nStep: 1s`,
    });
  const { rerender } = render(<StatusPanel {...panelProps(answer('redis'), { state: LoadingState.Done })} />);
  rerender(<StatusPanel {...panelProps(answer('redis'), { state: LoadingState.Loading })} />);
  expect(order()).toEqual(['redis']);
  rerender(<StatusPanel {...panelProps(answer('backend'), { state: LoadingState.Done })} />);
  expect(order()).toEqual(['backend']);
});

it('shows hostile text as text', () => {
  const html = '<img src=x onerror="document.title=1"><b>bold</b>';
  const { container } = drawPanel([
    { ...backend, message: html, details: { display_name: html } },
    { ...radio, message: '\u202Eright to left', details: { display_name: '👩‍👩‍👧‍👦'.repeat(200) } },
    { ...redis, details: { display_name: 'x'.repeat(5000), [html]: html } },
  ]);
  expect(container.querySelector('img, b')).toBeNull();
  expect(screen.getAllByText(html)).toHaveLength(2);
  fireEvent.click(card('backend'));
  expect(document.querySelector('img, b')).toBeNull();
});

it('leaves no timer behind', () => {
  const { unmount } = drawPanel(all);
  unmount();
  expect(jest.getTimerCount()).toBe(0);
});
