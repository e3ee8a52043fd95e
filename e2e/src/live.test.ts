/** What happens to a page in its life: its socket is renewed or refused, nothing is pushed, it is busy, it looks at another time. */
import { type RunningServer, waitFor } from '@onehertz/demo';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { boardOn } from './board';
import { launchBrowser, screenshot } from './browser';
import { liveTarget, onePanel } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser on a busy machine takes its time
jest.setTimeout(180_000);

const world = createWorld();
const READY = {
  refId: 'Ready',
  datasource: { type: 'datasource', uid: 'grafana' },
  queryType: 'snapshot',
  snapshot: [],
};
let browser: Browser;
let preview: RunningServer;
let targets: Targets;

beforeAll(async () => {
  targets = await startTargets(world, 4);
  const exporter = await world.startExporter(targets.components.slice(0, 3));
  const prometheus = await world.startPrometheus(exporter);
  const live = [liveTarget('stream/onehertz/components'), liveTarget('stream/onehertz/board', 'B'), READY];
  preview = await world.startPreview({
    prometheusUrl: prometheus.url,
    dashboards: [
      onePanel({ uid: 'one', targets: live }),
      onePanel({ uid: 'two', targets: live }),
      onePanel({ uid: 'history', targets: live, options: { historySource: 'prometheus' } }),
      onePanel({ uid: 'nothing', targets: [liveTarget('stream/nobody/components'), READY] }),
      onePanel({ uid: 'channel', targets: [liveTarget('stream/onehertz/cpu'), READY] }),
      onePanel({ uid: 'none', targets: [READY] }),
    ],
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

interface Opened {
  page: Page;
  /** Ends the page's socket; the page makes a new one. */
  renew(): Promise<void>;
}

/** @param refused whether Live refuses the page */
async function open(path: string, { refused = false, width = 1280, height = 900 } = {}): Promise<Opened> {
  const page = await (await browser.newContext({ viewport: { width, height } })).newPage();
  let socket: WebSocketRoute | undefined;
  let sockets = 0;
  await page.routeWebSocket(/\/api\/live\/ws/, async (route) => {
    if (refused) {
      await route.close();
      return;
    }
    sockets++;
    socket = route;
    route.connectToServer();
  });
  await page.goto(`${preview.url}${path}`);
  return {
    page,
    async renew() {
      const before = sockets;
      await socket?.close();
      await waitFor(() => sockets > before, { timeoutMs: 20_000, what: 'a new socket' });
    },
  };
}

/** Goes to another dashboard without loading the page. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState({}, '', address);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}

test('shows every component to a panel that is mounted after the socket was renewed, and when one more comes', async () => {
  const { page, renew } = await open('/d/one');
  const board = boardOn(page);
  await board.waitForStatus('service-000', 'healthy', 30_000);
  await renew();
  // a push after the schema came again
  await targets.answer(0, 503, { status: 'unhealthy' });
  await board.waitForStatus('service-000', 'unhealthy', 20_000);
  await goTo(page, '/d/two');
  await waitFor(async () => (await page.getByRole('heading', { name: 'System status' }).count()) > 0, {
    timeoutMs: 20_000,
    what: 'the other dashboard',
  });
  for (const name of ['service-001', 'service-002']) await board.waitForStatus(name, 'healthy', 20_000);
  await board.waitForStatus('service-000', 'unhealthy', 20_000);
  await targets.answer(0, 200, { status: 'healthy' });
  await world.reconfigure(targets.components);
  for (const { name } of targets.components) await board.waitForStatus(name, 'healthy', 30_000);
  await screenshot(page, 'renewed-socket');
});

test.each([
  ['nothing', /Nothing was pushed to nobody for \d+ s/, true],
  ['channel', /No exporter pushes a board to the channel/, false],
  ['none', /This panel has no query/, false],
])('says within seconds why the board of "%s" is empty', async (uid, title, hasButton) => {
  for (const [theme, width, height] of [
    ['dark', 1280, 900],
    ['light', 390, 844],
  ] as const) {
    const { page } = await open(`/d/${uid}?theme=${theme}`, { width, height });
    await page.getByText(title).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('button', { name: 'Reload the page' }).count()).toBe(hasButton ? 1 : 0);
    await screenshot(page, `empty-${uid}-${theme}`);
  }
});

test('without a socket says so, and shows what Prometheus knows', async () => {
  const { page } = await open('/d/one', { refused: true });
  await page.getByText('This page has no connection to Grafana Live').waitFor({ timeout: 30_000 });
  await screenshot(page, 'empty-refused');
  await goTo(page, '/d/history');
  await boardOn(page).waitForStatus('service-001', 'healthy', 30_000);
  await page
    .getByRole('note')
    .getByText(/no connection to Grafana Live/)
    .waitFor({ timeout: 30_000 });
  await screenshot(page, 'refused-with-history');
});

test('calls nothing stale while its main thread is busy', async () => {
  const { page } = await open('/d/one');
  const board = boardOn(page);
  await board.waitForStatus('service-001', 'healthy', 30_000);
  await board.watch('service-001');
  for (const ms of [3000, 5000, 4000]) {
    await page.evaluate((length) => {
      const end = performance.now() + length;
      while (performance.now() < end);
    }, ms);
    // what waited for it has its turn
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
  expect(await page.evaluate(() => Object.keys(window.firstSeen ?? {}))).toEqual(['service-001 healthy']);
});

test('shows the past as Prometheus knows it, not the present', async () => {
  const before = Date.now() - 3_600_000;
  const { page } = await open(`/d/history?from=${before - 300_000}&to=${before}`);
  await page.getByText(/^As of/).waitFor({ timeout: 30_000 });
  expect(await boardOn(page).overview().textContent()).toContain('Unknown');
});
