/** Data that is missing, invalid, from Prometheus, or hostile. */
import { type RunningServer, startRedis } from '@onehertz/demo';
import type { Browser } from 'playwright-core';
import { boardOn } from './board';
import { launchBrowser, type OpenPage, openPage, screenshot } from './browser';
import { liveTarget, onePanel, PROMETHEUS } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let preview: RunningServer;
let targets: Targets;

beforeAll(async () => {
  const redis = await world.keep(startRedis());
  targets = await startTargets(world, 2);
  const exporter = await world.startExporter([
    { name: 'redis', display_name: 'Redis', kind: 'infrastructure', type: 'cache', probe: 'redis', url: redis.url },
    ...targets.components,
  ]);
  const prometheus = await world.startPrometheus(exporter);
  const query = (refId: string, expr: string, more: object = {}) => ({ refId, datasource: PROMETHEUS, expr, ...more });
  preview = await world.startPreview({
    prometheusUrl: prometheus.url,
    dashboards: [
      onePanel({ uid: 'live' }),
      onePanel({ uid: 'silent', targets: [liveTarget('stream/onehertz/nothing')] }),
      onePanel({
        uid: 'wrong',
        datasource: PROMETHEUS,
        targets: [query('A', 'onehertz_build_info', { instant: true })],
      }),
      onePanel({ uid: 'empty', datasource: PROMETHEUS, targets: [query('A', 'component_nothing')] }),
      onePanel({ uid: 'broken', datasource: PROMETHEUS, targets: [query('A', 'sum((')] }),
      onePanel({
        uid: 'prometheus',
        datasource: PROMETHEUS,
        refresh: '1s',
        targets: [
          query('Status', 'component_status == 1', { range: true }),
          query('Time', 'component_response_time_seconds', { range: true }),
        ],
      }),
      onePanel({
        uid: 'table',
        datasource: PROMETHEUS,
        refresh: '1s',
        targets: [query('A', 'component_up', { instant: true, format: 'table' })],
      }),
    ],
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

const open = (uid: string): Promise<OpenPage> => openPage(browser, `${preview.url}/d/${uid}`);

test('waits for a channel without data', async () => {
  const { page, errors } = await open('silent');
  // Grafana renders no panel before its first data, only a loading bar
  await page.getByLabel('Panel loading bar').waitFor();
  await screenshot(page, 'silent-channel');
  expect(errors).toEqual([]);
});

test('shows that there is no data, and a suitable query', async () => {
  const { page, errors } = await open('empty');
  await page.getByText('No data yet').waitFor();
  await page.getByText('stream/onehertz/components').waitFor();
  await screenshot(page, 'query-empty');
  expect(errors).toEqual([]);
});

test.each([
  ['wrong', /component_/],
  ['broken', /parse error/],
])('shows what is wrong with the query of "%s", and which one to use', async (uid, reason) => {
  const { page, errors } = await open(uid);
  await page.getByText('No components could be read').waitFor();
  await page.getByText(reason).first().waitFor();
  await page.getByText('stream/onehertz/components').waitFor();
  await screenshot(page, `query-${uid}`);
  expect(errors).toEqual([]);
});

test.each(['prometheus', 'table'])('shows the board from Prometheus alone (%s)', async (uid) => {
  const { page, errors } = await open(uid);
  const board = boardOn(page);
  await board.waitForStatus('redis', 'healthy', 20_000);
  await targets.answer(0, 500, { status: 'unhealthy' });
  await board.waitForStatus('service-000', 'unhealthy', 20_000);
  await targets.answer(0, 200, { status: 'healthy' });
  await board.waitForStatus('service-000', 'healthy', 20_000);
  await screenshot(page, `from-${uid}`);
  expect(errors).toEqual([]);
});

test('shows hostile text as text', async () => {
  const hostile = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> ${'\u202e'}olleh \u{1f4a5} ${'x'.repeat(5000)} \${__url} {{7*7}}`;
  await targets.answer(1, 503, { status: 'unhealthy', message: hostile, version: hostile, error: hostile });
  const { page, errors } = await open('live');
  const board = boardOn(page);
  await board.waitForStatus('service-001', 'unhealthy', 20_000);
  const card = board.component('service-001');
  expect(await card.textContent()).toContain('<img src=x');
  expect((await card.boundingBox())?.width).toBe((await board.component('service-000').boundingBox())?.width);
  await card.click();
  await page.getByRole('dialog').getByText('<img src=x').first().waitFor();
  await screenshot(page, 'hostile-text');
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(errors).toEqual([]);
  await targets.answer(1, 200, { status: 'healthy' });
});
