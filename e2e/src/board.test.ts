/** The board with real servers: failures and recoveries are shown, and old data is never shown as fresh. */
import { type RunningServer, startPostgresql, startRedis, waitFor } from '@onehertz/demo';
import type { Browser } from 'playwright-core';
import { type Board, boardOn } from './board';
import { launchBrowser, openPage, screenshot } from './browser';
import { liveTarget, onePanel } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let redis: RunningServer;
let postgresql: RunningServer;
let exporter: RunningServer;
let preview: RunningServer;
let board: Board;
let errors: string[];
let targets: Targets;

/** Maximum time from a failure to the screen. */
const DEADLINE_MS = 2_000;

beforeAll(async () => {
  [redis, postgresql] = await Promise.all([world.keep(startRedis()), world.keep(startPostgresql())]);
  targets = await startTargets(world, 3);
  exporter = await world.startExporter([
    {
      name: 'postgresql',
      display_name: 'PostgreSQL',
      kind: 'infrastructure',
      type: 'database',
      probe: 'postgresql',
      url: postgresql.url,
      critical: true,
    },
    {
      name: 'redis',
      display_name: 'Redis',
      kind: 'infrastructure',
      type: 'cache',
      probe: 'redis',
      url: redis.url,
      critical: true,
    },
    ...targets.components,
  ]);
  preview = await world.startPreview({
    dashboards: [
      onePanel({ uid: 'live' }),
      onePanel({ uid: 'refreshing', refresh: '1s', targets: [liveTarget('stream/onehertz/components')] }),
    ],
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

beforeEach(async () => {
  const opened = await openPage(browser, `${preview.url}/d/live`);
  board = boardOn(opened.page);
  errors = opened.errors;
  await board.waitForStatus('redis', 'healthy', 20_000);
});

afterEach(async () => {
  expect(errors).toEqual([]);
  await board.page.context().close();
});

test('shows every component by kind, and the overall status', async () => {
  await waitFor(async () => Object.keys(await board.statuses()).length === 5, {
    timeoutMs: 5_000,
    what: 'five components',
  });
  expect(await board.statuses()).toEqual({
    postgresql: 'healthy',
    redis: 'healthy',
    'service-000': 'healthy',
    'service-001': 'healthy',
    'service-002': 'healthy',
  });
  await board.waitForOverall('Good');
  expect(await board.overview().textContent()).toMatch(/Infrastructure.*2\/2/);
  expect(await board.component('postgresql').textContent()).toMatch(/PostgreSQL.*Healthy/);
  await screenshot(board.page, 'board');
});

test('turns red within two seconds when Redis is killed, and back when it is restarted', async () => {
  await board.watch('redis');
  const killed = Date.now();
  await redis.kill();
  expect((await board.changedAt('redis', 'unhealthy')) - killed).toBeLessThan(DEADLINE_MS);
  await board.waitForOverall('Critical');
  expect(await board.component('redis').textContent()).toMatch(/Unhealthy/);
  await screenshot(board.page, 'redis-killed');

  await board.watch('redis');
  await redis.restart();
  await board.waitForStatus('redis', 'healthy');
  await board.waitForOverall('Good');
});

test('shows Degraded when a component fails that is not critical', async () => {
  await targets.answer(1, 503, { status: 'unhealthy', message: 'out of memory' });
  try {
    await board.waitForStatus('service-001', 'unhealthy');
    await board.waitForOverall('Degraded');
  } finally {
    await targets.answer(1, 200, { status: 'healthy' });
  }
  await board.waitForStatus('service-001', 'healthy');
  await board.waitForOverall('Good');
});

test('detects a frozen server', async () => {
  redis.freeze();
  try {
    await board.waitForStatus('redis', 'unhealthy');
    expect(await board.component('redis').textContent()).toMatch(/no answer|timed? ?out|within|800/i);
  } finally {
    redis.resume();
  }
  await board.waitForStatus('redis', 'healthy');
});

test('marks everything as stale, with its age, when the exporter is stopped', async () => {
  await exporter.kill();
  try {
    for (const name of ['redis', 'postgresql', 'service-000']) await board.waitForStatus(name, 'unknown');
    expect(await board.component('redis').textContent()).toMatch(/Stale/);
    expect(await board.component('redis').textContent()).toMatch(/last data \d+ s ago/);
    await board.waitForOverall('Unknown');
    await screenshot(board.page, 'stale');
  } finally {
    await exporter.restart();
  }
  for (const name of ['redis', 'postgresql', 'service-000']) await board.waitForStatus(name, 'healthy');
  await board.waitForOverall('Good');
  // the exporter is stopped, not Grafana
  expect(await board.page.getByTestId('live-state').getAttribute('data-connected')).toBe('true');
});

test('shows that Live is disconnected when Grafana is stopped, and continues when it is back', async () => {
  const live = board.page.getByTestId('live-state');
  await preview.kill();
  try {
    await waitFor(async () => (await live.textContent())?.includes('reconnecting'), {
      timeoutMs: 5_000,
      what: 'the lost connection is told',
    });
    await board.waitForStatus('redis', 'unknown');
    expect(await board.component('redis').textContent()).toMatch(/last data \d+ s ago/);
  } finally {
    await preview.restart();
  }
  for (const name of ['redis', 'postgresql', 'service-000']) await board.waitForStatus(name, 'healthy');
  await board.waitForOverall('Good');
  expect(await live.getAttribute('data-connected')).toBe('true');
});

test('shows the age of the data while the exporter is frozen, and is fresh again afterwards', async () => {
  exporter.freeze();
  try {
    // its connections stay open: only the age of the data shows it
    await board.waitForStatus('redis', 'unknown');
    await board.waitForOverall('Unknown');
    const age = async () =>
      Number(/last data (\d+) s ago/.exec((await board.component('redis').textContent()) ?? '')?.[1]);
    const first = await waitFor(age, { timeoutMs: 5_000, what: 'an age' });
    expect(first).toBeGreaterThanOrEqual(3);
    await waitFor(async () => (await age()) > first, { timeoutMs: 5_000, what: 'it grows older' });
    expect(Object.values(await board.statuses())).toEqual(Array(5).fill('unknown'));
  } finally {
    exporter.resume();
  }
  for (const name of ['redis', 'postgresql', 'service-000']) await board.waitForStatus(name, 'healthy');
  await board.waitForOverall('Good');
});

test('continues after an exporter was stopped, on a dashboard that refreshes', async () => {
  await board.page.goto(`${preview.url}/d/refreshing`);
  await board.waitForStatus('redis', 'healthy');
  await exporter.kill();
  await board.waitForStatus('redis', 'unknown');
  await exporter.restart();
  await board.waitForStatus('redis', 'healthy');
  // through several refreshes, each of which gets the channel's frame again, until an old one would be stale
  const until = Date.now() + 6_000;
  await waitFor(
    async () => {
      expect((await board.statuses())['redis']).toBe('healthy');
      return Date.now() > until;
    },
    { timeoutMs: 20_000, what: 'six seconds of refreshes' }
  );
  expect(await board.page.getByRole('note').allTextContents()).toEqual([]);
});
