/** Passwords and tokens: access, rate limits, and no effect on other requests. */
import { hashSync } from 'bcryptjs';
import { createHash } from 'node:crypto';
import WebSocket from 'ws';
import { createAuthenticator } from '../../src/http/access/authenticator';
import { createLimiter } from '../../src/http/access/limiter';
import { makeFolder } from '../config/helpers';
import { ask, basic, hashOf, outcomeOf, startExporter, type RunningExporter } from './web-support';

const folder = makeFolder();
let running: RunningExporter | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});
afterAll(() => folder.remove());

const TOKEN = 'a-token-of-sufficient-length';
const USERS = `basic_auth_users: { alice: '${hashOf('secret')}' }\n`;
const TOKENS = `bearer_tokens: { prometheus: ${createHash('sha256').update(TOKEN).digest('hex')} }\n`;
const start = async (yaml: string) => (running = await startExporter(folder, yaml));
const status = async (port: number, authorization: string | undefined, path = '/-/healthy') =>
  (await ask(port, path, { headers: { ...(authorization !== undefined && { authorization }) } })).status;

const PATHS = [
  ...[
    '/',
    '/board',
    '/wall',
    '/wall/board',
    '/assets/board.js',
    '/metrics',
    '/api/v1/components',
    '/api/v1/events',
    '/api/v1/export.csv',
  ],
  ...['/-/healthy', '/-/ready', '/nothing', '/favicon.ico'],
];

it('requires authentication everywhere, as Prometheus does', async () => {
  const { port } = await start(USERS + TOKENS);
  for (const path of PATHS) {
    const { status, headers, body } = await ask(port, path);
    expect([path, status, headers['www-authenticate']]).toEqual([
      path,
      401,
      'Basic realm="Onehertz", charset="UTF-8", Bearer realm="Onehertz"',
    ]);
    expect(JSON.parse(body)).toEqual({ error: 'authentication is required' });
    expect(headers['cache-control']).toBe('no-store');
  }
  for (const path of ['/api/v1/probe', '/-/reload'])
    expect((await ask(port, path, { method: 'POST' })).status).toBe(401);
  const metrics = await ask(port, '/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(metrics.body).toContain(`onehertz_http_requests_refused_total{reason="authentication"} ${PATHS.length + 2}\n`);
});

it.each([
  ['the right password', basic('alice', 'secret'), 200],
  ['a scheme in capitals', basic('alice', 'secret').replace('Basic', 'BASIC'), 200],
  ['the right token', `Bearer ${TOKEN}`, 200],
  ['a wrong password', basic('alice', 'secret2'), 401],
  ['an empty password', basic('alice', ''), 401],
  ['an unknown user', basic('bob', 'secret'), 401],
  ['a user of every object', basic('__proto__', 'secret'), 401],
  ['no user', basic('', ''), 401],
  ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`, 401],
  ['a zero byte', basic('alice', 'secret\0'), 401],
  ['a very long password', basic('alice', 'x'.repeat(5000)), 401],
  ['no base64', 'Basic !!!', 401],
  ['a hash for a password', basic('alice', USERS), 401],
  ['a wrong token', `Bearer ${TOKEN}x`, 401],
  ['the hash for a token', `Bearer ${createHash('sha256').update(TOKEN).digest('hex')}`, 401],
  ['an empty token', 'Bearer ', 401],
  ['a token as a password', basic(TOKEN, TOKEN), 401],
  ['another scheme', `Digest ${TOKEN}`, 401],
  ['nothing', '', 401],
])('%s', async (_what, header, expected) => {
  const { port, log } = await start(USERS + TOKENS);
  expect(await status(port, header)).toBe(expected);
  expect(log()).not.toMatch(/secret|a-token|alice/);
});

it('requires it for the stream too', async () => {
  const { port } = await start(USERS);
  const url = `ws://127.0.0.1:${port}/api/v1/stream`;
  const open = async (headers: Record<string, string>) => {
    const socket = new WebSocket(url, { headers });
    const outcome = await outcomeOf(socket);
    socket.terminate();
    return outcome;
  };
  expect(await open({})).toContain('401');
  expect(await open({ authorization: basic('alice', 'wrong') })).toContain('401');
  expect(await open({ authorization: basic('alice', 'secret') })).toBe('open');
  // a token in the address would appear in logs and histories, so it is ignored
  expect(await outcomeOf(new WebSocket(`${url}?access_token=secret`))).toContain('401');
});

it('delays clients that guess, but not known ones', async () => {
  const { port } = await start(USERS + TOKENS);
  expect(await status(port, basic('alice', 'secret'))).toBe(200);
  const guesses: number[] = [];
  for (let i = 0; i < 12; i++) guesses.push(await status(port, i % 2 ? basic('alice', `${i}`) : `Bearer ${i}`));
  expect(guesses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const waiting = await ask(port, '/', { headers: { authorization: basic('alice', 'guess') } });
  expect(waiting.status).toBe(429);
  expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(50);
  expect(Number(waiting.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(await status(port, basic('alice', 'secret'))).toBe(200);
  expect(await status(port, `Bearer ${TOKEN}`)).toBe(200);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream`, { headers: { authorization: 'Bearer no' } });
  expect(await outcomeOf(socket)).toContain('429');
});

it('counts who was wrong, and not who comes with many requests at once', async () => {
  const { port } = await start(USERS);
  const first = await Promise.all(Array.from({ length: 30 }, () => status(port, basic('alice', 'secret'))));
  expect(first).toEqual(Array<number>(30).fill(200));
});

it('compares many passwords of one address one after the other, and none any more once ten were wrong', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `user${i}`);
  const { port } = await start(`basic_auth_users:\n${names.map((name) => `  ${name}: '${hashOf(name)}'\n`).join('')}`);
  const each = await Promise.all(names.map((name) => status(port, basic(name, name))));
  expect(each).toEqual(Array<number>(30).fill(200));
  const wrong = await Promise.all(names.map((name, i) => status(port, basic(name, `${i}`))));
  // of those that wait, none is compared any more
  expect(wrong.sort()).toEqual([...Array<number>(10).fill(401), ...Array<number>(20).fill(429)]);
});

it('knows who was known before a reload, also while somebody at the same address guesses', async () => {
  const { port, reload } = await start(USERS);
  expect(await status(port, basic('alice', 'secret'))).toBe(200);
  await reload(`${USERS}http_server_config: { headers: { X-Frame-Options: deny } }\n`);
  for (let i = 0; i < 11; i++) await status(port, basic('alice', `${i}`));
  expect(await status(port, basic('alice', 'other'))).toBe(429);
  expect(await status(port, basic('alice', 'secret'))).toBe(200);
});

it('forgets passwords that a reload takes away, and takes new ones', async () => {
  const { port, reload } = await start(USERS);
  expect(await status(port, basic('alice', 'secret'))).toBe(200);
  await reload(`basic_auth_users: { alice: '${hashOf('changed')}' }\n`);
  expect(await status(port, basic('alice', 'secret'))).toBe(401);
  expect(await status(port, basic('alice', 'changed'))).toBe(200);
  await reload(TOKENS);
  expect(await status(port, basic('alice', 'changed'))).toBe(401);
  await reload('');
  expect(await status(port, undefined)).toBe(200);
});

it('compares a password on another thread, once for all requests that bring it, and remembers it', async () => {
  const failures = createLimiter({ windowMs: 60_000, limit: 10 });
  const users = new Map([['alice', hashSync('secret', 10)]]);
  const { knows, verify } = createAuthenticator({ users, tokens: [] }, failures);
  const header = basic('alice', 'secret');
  let turns = 0;
  let working = true;
  const turn = () => void (working && (turns++, setImmediate(turn)));
  turn();
  expect(knows(header)).toBe(false);
  const verdicts = await Promise.all([header, header, basic('alice', 'no')].map((each) => verify(each, '127.0.0.1')));
  failures.close();
  expect(verdicts.map((verdict) => verdict.is)).toEqual(['right', 'right', 'wrong']);
  working = false;
  // the event loop continued; if it was blocked, there would be a handful
  expect(turns).toBeGreaterThan(100);
  expect([knows(header), knows(basic('alice', 'no'))]).toEqual([true, false]);
});
