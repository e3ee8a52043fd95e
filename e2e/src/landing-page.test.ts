/**
 * The exporter's landing page with TLS and a password in a real browser: live, and within its content security policy.
 */
import { startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { built } from './built';

const PASSWORD = 'correct-horse-battery';
/** Its bcrypt hash with cost 10, created by htpasswd -nBC 10. */
const HASH = '$2y$10$GMLwEKOCcE.sGjYlO7wG1Om1jQJVFiNYSuJPFvIqA3RBRkoSfQY8K';

let browser: Browser;
let directory: string;
let exporter: RunningServer;
let origin: string;

beforeAll(async () => {
  browser = await launchBrowser();
  directory = mkdtempSync(join(tmpdir(), 'onehertz-page-'));
  const file = (name: string, content: object) => {
    writeFileSync(join(directory, name), JSON.stringify(content));
    return join(directory, name);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'server.key'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'server.crt', ...names], { cwd: directory, stdio: 'pipe' });
  const config = file('onehertz.yml', {
    components: [{ name: 'redis', probe: 'redis', url: 'redis://127.0.0.1:1', labels: { note: '<b>&' } }],
  });
  const web = file('web.yml', {
    tls_server_config: { cert_file: 'server.crt', key_file: 'server.key' },
    basic_auth_users: { alice: HASH },
  });
  exporter = await startNode({
    name: 'exporter',
    script: built('exporter/dist/cli.js'),
    args: (port) => [
      ...[`--config.file=${config}`, `--web.config.file=${web}`, `--web.listen-address=127.0.0.1:${port}`],
      '--web.enable-probe-api',
    ],
    // it does not respond to plain HTTP
    portless: true,
  });
  const line = await waitFor(() => /address=127\.0\.0\.1:(\d+) tls=true authentication=true/.exec(exporter.output()), {
    timeoutMs: 10_000,
    what: 'the exporter',
  });
  origin = `https://127.0.0.1:${line[1]}`;
});
afterAll(async () => {
  await browser.close();
  await exporter.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function open(): Promise<{ page: Page; complaints: string[]; failed: string[] }> {
  const httpCredentials = { username: 'alice', password: PASSWORD };
  const context = await browser.newContext({ ignoreHTTPSErrors: true, httpCredentials });
  const page = await context.newPage();
  const complaints: string[] = [];
  const failed: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401) failed.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(origin);
  return { page, complaints, failed };
}

/** Value of a metric, requested with the password. */
async function metric(name: string): Promise<string | undefined> {
  const answer = await new Promise<string>((resolve, reject) => {
    const options = { rejectUnauthorized: false, auth: `alice:${PASSWORD}` };
    request(`${origin}/metrics`, options, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
  return new RegExp(`^${name} (.*)$`, 'm').exec(answer)?.[1];
}

it('is live over wss with the entered password, without violating its policy', async () => {
  const { page, complaints, failed } = await open();
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
  await page.locator('.badge.unhealthy').first().waitFor();
  await waitFor(async () => (await metric('onehertz_stream_clients')) === '1', {
    timeoutMs: 10_000,
    what: 'the stream',
  });
  const probed = page.waitForResponse((response) => response.url() === `${origin}/api/v1/probe`);
  await page.locator('#probe').click();
  expect((await probed).status()).toBe(200);
  expect(await page.context().cookies()).toEqual([]);
  expect([complaints, failed]).toEqual([[], []]);
  await page.context().close();
});

it('says in its tab that something is down, and copies what is broken as text', async () => {
  const { page } = await open();
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
  await waitFor(async () => (await page.title()) === '1 down – Onehertz', { timeoutMs: 10_000, what: 'the title' });
  expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('assets/icon-degraded.svg');
  expect(await page.locator('.cause').innerText()).toMatch(/^Redis down (at least )?\d+ s: connection refused/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await page.getByRole('button', { name: 'Copy for chat' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const lines = String(await page.evaluate('navigator.clipboard.readText()')).split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^Degraded: 0 of 1 healthy \(.* UTC\)$/) as string,
    expect.stringMatching(/^- Redis down .*: connection refused$/) as string,
    `${origin}/`,
  ]);
  await page.context().close();
});

it('is live without the stream too, by polling', async () => {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    httpCredentials: { username: 'alice', password: PASSWORD },
  });
  // like browsers that send no password with a WebSocket
  await context.addInitScript({
    content: `window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 50) } }`,
  });
  const page = await context.newPage();
  await page.goto(origin);
  let boards = 0;
  page.on('response', (response) => (boards += Number(response.url() === `${origin}/board`)));
  await waitFor(() => boards >= 3, { timeoutMs: 15_000, what: 'three boards' });
  expect(await page.locator('#connection').textContent()).toBe('Live');
  await context.close();
});

it('does not run foreign scripts', async () => {
  const { page } = await open();
  const violations = page.evaluate(
    `new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)))`
  );
  await page.evaluate(
    `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))`
  );
  expect(await violations).toMatch(/^script-src/);
  expect(await page.evaluate('window.ran')).toBeUndefined();
  await page.context().close();
});
