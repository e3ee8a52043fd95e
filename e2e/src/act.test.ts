/** Whoever is on call acts from the details of a component: real browser, real exporter, requests from one origin to another. */
import AxeBuilder from '@axe-core/playwright';
import { freePort, type RunningServer, startAlertmanager, waitFor } from '@onehertz/demo';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Board, boardOn } from './board';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld, type World } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

let browser: Browser;
let world: World;
let exporter: RunningServer;
let preview: RunningServer;
let board: Board;
let page: Page;
let errors: string[];
let components: Targets['components'];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** The flags of the exporter, from its URL. */
type Flags = (url: string) => string[];

async function start(flags: Flags): Promise<void> {
  world = createWorld();
  ({ components } = await startTargets(world, 3));
  preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] });
  exporter = await world.startExporter(components, flags);
}
afterEach(async () => {
  await page?.context().close();
  await world.close();
});

const acting: Flags = (url) => [
  '--web.enable-maintenance-api',
  `--web.external-url=${url}/`,
  `--web.cors-origin=${preview.url}`,
];

async function open({ theme = 'dark', width = 1440, height = 900 } = {}): Promise<void> {
  ({ page, errors } = await openPage(browser, `${preview.url}/d/live?theme=${theme}`, { width, height }));
  board = boardOn(page);
  await board.waitForStatus('service-000', 'healthy', 30_000);
  await board.component('service-000').click();
  await drawer().getByRole('region', { name: 'Recent changes' }).waitFor();
}

const drawer = () => page.getByRole('dialog');
const section = () => drawer().getByRole('region', { name: 'Act' });

/** Of service-000, as Prometheus scrapes it. */
async function maintenanceMetric(): Promise<string | undefined> {
  const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
  return /^component_maintenance\{component="service-000",.*\} (\d)$/m.exec(metrics)?.[1];
}

/** axe's findings in the drawer. */
async function violations(): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

test('maintenance is started and ended with the keyboard, and the card, the drawer and the metric say so', async () => {
  await start(acting);
  await open();
  expect(await maintenanceMetric()).toBe('0');
  await section().getByRole('radio', { name: '30 min' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.type('new disk');
  await page.keyboard.press('Enter');

  const isOn = section().getByText(/^In maintenance until [\d-]* ?\d\d:\d\d by preview: new disk$/);
  await isOn.waitFor();
  await board.waitForStatus('service-000', 'unknown');
  expect(await board.component('service-000').textContent()).toContain('Maintenance by preview: new disk');
  expect(await maintenanceMetric()).toBe('1');
  const { maintenance } = (await (await fetch(`${exporter.url}/api/v1/maintenance`)).json()) as {
    maintenance: { until: string; from: string; component: string; by: string }[];
  };
  expect(maintenance).toMatchObject([{ component: 'service-000', by: 'preview', reason: 'new disk' }]);
  expect(maintenance.map(({ from, until }) => Date.parse(until) - Date.parse(from))).toEqual([3_600_000]);

  await section().getByRole('button', { name: 'End maintenance' }).focus();
  await page.keyboard.press('Enter');
  await board.waitForStatus('service-000', 'healthy');
  await section().getByRole('button', { name: 'Start maintenance' }).waitFor();
  expect(await maintenanceMetric()).toBe('0');
  expect(errors).toEqual([]);
});

test('a silence is made and ended in a real Alertmanager, and the card says so', async () => {
  await start(acting);
  const configFile = join(world.directory, 'alertmanager.yml');
  writeFileSync(configFile, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const alertmanager = await world.keep(startAlertmanager({ configFile }));
  await open();
  await section().getByRole('radio', { name: 'Silence' }).click();
  const make = section().getByRole('button', { name: 'Silence alerts' });
  await make.click();
  await section()
    .getByRole('alert')
    .getByText(/no Alertmanager is configured/)
    .waitFor();
  await world.reconfigure(components, { alertmanager: { url: alertmanager.url } });
  await section().getByRole('textbox', { name: 'Reason' }).fill('new disk');
  await waitFor(async () => (await fetch(`${exporter.url}/api/v1/silences`)).ok, {
    timeoutMs: 20_000,
    what: 'the first answer of Alertmanager',
  });
  await make.click();
  await section()
    .getByText(/^Alerts silenced until .* by preview: new disk$/)
    .waitFor();
  const silences = async () =>
    (await (await fetch(`${alertmanager.url}/api/v2/silences`)).json()) as {
      status: { state: string };
      comment: string;
      createdBy: string;
      matchers: object[];
    }[];
  expect(await silences()).toMatchObject([
    {
      ...{ status: { state: 'active' }, createdBy: 'preview', comment: 'new disk' },
      matchers: [{ name: 'component', value: 'service-000', isEqual: true, isRegex: false }],
    },
  ]);
  const mark = board.component('service-000').getByText('Alerts silenced by preview: new disk');
  await mark.waitFor({ state: 'attached' });
  // it mutes alerts, and says nothing of the component
  expect(await maintenanceMetric()).toBe('0');
  await screenshot(page, 'act-silenced');
  await section().getByRole('button', { name: 'End silence' }).click();
  await mark.waitFor({ state: 'detached' });
  expect(await silences()).toMatchObject([{ status: { state: 'expired' } }]);
  expect(errors).toEqual([]);
});

test.each([
  ['dark', 1440, 900],
  ['light', 1440, 900],
  ['dark', 390, 844],
  ['light', 390, 844],
])('axe finds nothing serious in the %s theme, %d px wide', async (theme, width, height) => {
  await start(acting);
  await open({ theme, width, height });
  const look = async (what: string) => {
    await section().scrollIntoViewIfNeeded();
    expect(await violations()).toEqual([]);
    const { scrollWidth, clientWidth } = await section().evaluate(({ scrollWidth, clientWidth }) => ({
      scrollWidth,
      clientWidth,
    }));
    expect({ what, scrollWidth }).toEqual({ what, scrollWidth: clientWidth });
    await screenshot(page, `act-${what}-${theme}-${width}`);
  };
  await look('form');
  await section().getByRole('textbox', { name: 'Reason' }).fill('The disk of the primary is replaced by a larger one');
  await section().getByRole('button', { name: 'Start maintenance' }).click();
  await section().getByRole('button', { name: 'End maintenance' }).waitFor();
  await look('on');
  // somebody else has ended it in the meantime
  await page.route('**/api/v1/maintenance/**', async (route) => {
    await fetch(`${exporter.url}/api/v1/maintenance/service-000`, { method: 'DELETE' });
    await route.continue();
  });
  await section().getByRole('button', { name: 'End maintenance' }).click();
  await section()
    .getByRole('alert')
    .getByText(/no maintenance of "service-000" was requested/)
    .waitFor();
  await look('error');
});

test('without the flag there is nothing to act with', async () => {
  await start((url) => [`--web.external-url=${url}`, `--web.cors-origin=${preview.url}`]);
  await open();
  expect(await section().count()).toBe(0);
});

test('an exporter that the browser does not reach is named, with what it can be', async () => {
  const nobody = await freePort();
  await start(() => ['--web.enable-maintenance-api', `--web.external-url=http://127.0.0.1:${nobody}`]);
  await open();
  await section().getByRole('button', { name: 'Start maintenance' }).click();
  await section()
    .getByRole('alert')
    .getByText(`The exporter at http://127.0.0.1:${nobody} cannot be reached from this browser; is it running`)
    .waitFor();
  await screenshot(page, 'act-unreachable');
  expect(await maintenanceMetric()).toBe('0');
});

test('pages that are not listed start no maintenance: not by fetch, not by a form', async () => {
  await start((url) => ['--web.enable-maintenance-api', `--web.external-url=${url}`]);
  await open();
  await section().getByRole('button', { name: 'Start maintenance' }).click();
  await section().getByRole('alert').getByText(`does it allow ${preview.url} (--web.cors-origin)?`).waitFor();
  const path = `${exporter.url}/api/v1/maintenance?component=service-000&duration=1h`;
  // what the browser sends without asking first
  const sent = page.waitForRequest(path);
  await page.evaluate((url) => void fetch(url, { method: 'POST', mode: 'no-cors' }).catch(() => undefined), path);
  // nor may it read the answer
  expect((await (await sent).response())?.status() ?? 403).toBe(403);
  const [navigated] = await Promise.all([
    page.waitForResponse((response) => response.url().startsWith(path)),
    page.evaluate((url) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = url;
      document.body.append(form);
      form.submit();
    }, path),
  ]);
  expect(navigated.status()).toBe(403);
  expect(await maintenanceMetric()).toBe('0');
});

const PASSWORD = 'correct-horse-battery';
/** Its bcrypt hash with cost 10, created by htpasswd -nBC 10. */
const HASH = '$2y$10$GMLwEKOCcE.sGjYlO7wG1Om1jQJVFiNYSuJPFvIqA3RBRkoSfQY8K';

test('an exporter with a password is asked with the one that the user has given the browser', async () => {
  await start((url) => {
    const file = join(world.directory, 'web.yml');
    writeFileSync(file, JSON.stringify({ basic_auth_users: { alice: HASH } }));
    return [...acting(url), `--web.config.file=${file}`];
  });
  await open();
  const signIn = (password: string) => page.context().setHTTPCredentials({ username: 'alice', password });
  await signIn('guessed');
  await section().getByRole('button', { name: 'Start maintenance' }).click();
  await section().getByRole('alert').getByText('rejected the request: wrong user, password or token').waitFor();
  const link = section().getByRole('link', { name: /^Sign in to the exporter/ });
  expect(await link.getAttribute('href')).toBe(`${exporter.url}/`);
  await signIn(PASSWORD);
  await section().getByRole('button', { name: 'Start maintenance' }).click();
  await section().getByRole('button', { name: 'End maintenance' }).click();
  await section().getByText('The exporter ended it.', { exact: true }).waitFor();
});
