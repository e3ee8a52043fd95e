/** Sound and notifications of landing page and wall: once for what is new, and nothing for what is not. */
import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, screenshot } from './browser';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

/** Records what the page asks the browser to say and to play, and has the browser do it. */
const RECORD = `
  window.said = [];
  window.played = [];
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) {
      super(title, options);
      window.said.push([title, options.body, options.tag]);
    }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.played.push(this.frequency.value);
    start.call(this, when);
  };
`;

const world = createWorld();
let browser: Browser;
let redis: RunningServer;
let targets: Targets;
let exporter: RunningServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  redis = await world.keep(startRedis());
  targets = await startTargets(world, 3);
  exporter = await world.startExporter([
    { name: 'redis', display_name: 'Redis', probe: 'redis', url: redis.url, critical: true },
    ...targets.components.map((component, index) => ({ ...component, depends_on: index === 0 ? ['redis'] : [] })),
  ]);
  browser = await launchBrowser();
});

beforeEach(async () => {
  context = await browser.newContext();
  await context.addInitScript({ content: RECORD });
  page = await context.newPage();
});

afterEach(() => context.close());

afterAll(async () => {
  await browser?.close();
  await world.close();
});

async function open(path: string): Promise<void> {
  await page.goto(exporter.url + path);
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
}
const button = (name: string) => page.getByRole('button', { name, exact: true });
const pressed = (name: string) => button(name).getAttribute('aria-pressed');
const said = () => page.evaluate<[string, string, string][]>('window.said');
const played = () => page.evaluate<number[]>('window.played');
const answered = (text: string) => page.locator('#announcer.answer', { hasText: text }).waitFor();

/** Waits until the page has shown what the exporter says now, and more than once. */
async function updates(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await page.waitForResponse((response) => response.url().endsWith('/board'));
}

test('both are off by default, are turned on by a click, and remembered for the wall', async () => {
  await context.grantPermissions(['notifications'], { origin: exporter.url });
  await open('/');
  expect([await pressed('Sound'), await pressed('Notify')]).toEqual(['false', 'false']);
  await button('Sound').click();
  await answered('Sound is on');
  await button('Notify').click();
  await answered('Notifications are on');
  expect([await pressed('Sound'), await pressed('Notify')]).toEqual(['true', 'true']);
  await screenshot(page, 'signals-landing');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await open('/wall');
  expect(await pressed('Notify')).toBe('true');
  await page.mouse.move(300, 300);
  await page.mouse.move(500, 300);
  await waitFor(async () => (await button('Notify').evaluate((element) => getComputedStyle(element).opacity)) === '1', {
    timeoutMs: 5_000,
    what: 'the buttons of the wall',
  });
  await screenshot(page, 'signals-wall');
  await button('Notify').click();
  await answered('Notifications are off');
  expect(await pressed('Notify')).toBe('false');
});

test('a kill is announced once; neither is its consequence, nor lost contact that returns with the same state', async () => {
  await context.grantPermissions(['notifications'], { origin: exporter.url });
  await open('/wall');
  await page.mouse.move(300, 300);
  await button('Notify').click();
  await button('Sound').click();
  await answered('Sound is on');
  await page.evaluate('window.played.length = 0');

  await redis.kill();
  await targets.answer(0, 503, { status: 'down' });
  await page.locator('.cause', { hasText: 'Redis down' }).waitFor();
  await page.locator('#component-redis.unhealthy').waitFor();
  await page.locator('#component-service-000.unhealthy').waitFor();
  await waitFor(async () => /^[12] down – Onehertz$/.test(await page.title()), { timeoutMs: 5_000, what: 'the title' });
  await updates(3);
  const first = [expect.stringMatching(/^[12] down – Onehertz$/), expect.stringMatching(/^Redis down: /), 'onehertz'];
  expect(await said()).toEqual([first]);
  expect(await played()).toEqual([880, 660]);

  exporter.freeze();
  try {
    await page
      .locator('#connection', { hasText: /^Connection to the exporter lost: this data is \d+ s old\.$/ })
      .waitFor();
    expect(await page.locator('body.stale').count()).toBe(1);
    expect(await page.locator('#clock').innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
    await screenshot(page, 'wall-stale');
    await waitFor(async () => (await said()).length > 1, { timeoutMs: 30_000, what: 'the notification' });
  } finally {
    exporter.resume();
  }
  const lost = [
    'no contact – Onehertz',
    expect.stringMatching(/^No contact with the exporter since \d\d:\d\d:\d\d$/),
    'onehertz',
  ];
  expect(await said()).toEqual([first, lost]);
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
  await updates(3);
  expect(await said()).toEqual([first, lost]);
  expect(await played()).toEqual([880, 660, 880, 660]);

  await redis.restart();
  await targets.answer(0, 200, { status: 'healthy' });
  await page.locator('.tile.healthy', { hasText: 'all 4 healthy' }).waitFor();
  await waitFor(async () => (await said()).length > 2, { timeoutMs: 5_000, what: 'the notification' });
  expect(await said()).toEqual([first, lost, ['Onehertz', 'All healthy again', 'onehertz']]);
});

test('says why there are no notifications: refused by the browser, or a page without https', async () => {
  await open('/');
  await button('Notify').click();
  await answered('The browser does not allow notifications of this page');
  expect(await pressed('Notify')).toBe('false');
  await context.addInitScript({ content: `Object.defineProperty(window, 'isSecureContext', { value: false })` });
  await open('/');
  await button('Notify needs https').click();
  await answered('Browsers show notifications only of pages that were loaded by https, or from localhost');
});

test('asks for a click where the browser holds sound back, and works without storage', async () => {
  await context.addInitScript({ content: `localStorage.setItem('onehertz.sound', 'on')` });
  await open('/wall');
  await button('Click to allow sound').waitFor();
  expect(await pressed('Click to allow sound')).toBe('true');
  await screenshot(page, 'wall-click');
  await page.mouse.click(400, 400);
  await button('Sound').waitFor();
  expect(await played()).toEqual([]);
  await context.addInitScript({
    content: `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError') } })`,
  });
  const other = (page = await context.newPage());
  await other.goto(`${exporter.url}/`);
  await button('Sound').click();
  await answered('Sound is on');
});
