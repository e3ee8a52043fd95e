import { waitFor } from '@onehertz/demo';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GrafanaLiveConfig } from '../../../src/config/grafana-live';
import { run, settings, type Running } from './support/live';
import { startLiveEndpoint, type LiveEndpoint } from './support/live-endpoint';

const PASSWORD = 'correct horse';
const TOKEN_NAME = `onehertz on ${hostname()}`;

let grafana: LiveEndpoint;
let folder: string;
let store: string;
let running: Running | undefined;

beforeEach(async () => {
  grafana = await startLiveEndpoint();
  folder = await mkdtemp(join(tmpdir(), 'onehertz-token-'));
  store = join(folder, 'grafana-token');
});
afterEach(async () => {
  // in any case, the log contains no secret
  const log = running?.logText() ?? '';
  for (const secret of [PASSWORD, ...grafana.accounts.tokens.map(({ key }) => key)]) expect(log).not.toContain(secret);
  await running?.live.close();
  await grafana.close();
  await rm(folder, { recursive: true });
});

async function start(more: Partial<GrafanaLiveConfig> = {}): Promise<Running> {
  await running?.live.close();
  running = await run(settings(grafana.url, { username: 'admin', password: PASSWORD, token_store: store, ...more }));
  return running;
}

async function tickUntil(result: 'success' | 'failure' | 'refused', of = running as Running): Promise<void> {
  const count = async () => (await of.metric('onehertz_live_push_total'))[`result="${result}"`] ?? 0;
  const before = await count();
  of.tick();
  await waitFor(async () => (await count()) > before, { timeoutMs: 5000, what: `a push with ${result}` });
}

const messages = () => running?.log().map(({ msg }) => msg) ?? [];
const ownTokens = () => grafana.accounts.tokens.filter(({ name }) => name === TOKEN_NAME);

it('creates an account with the least permissions once, and stores the token readable only by its owner', async () => {
  await start();
  await tickUntil('success');
  expect(grafana.accounts.accounts).toEqual([{ id: 1, name: 'onehertz', role: 'Editor', isDisabled: false, orgId: 1 }]);
  const [token] = ownTokens();
  expect(await readFile(store, 'utf8')).toBe(`${token?.key}\n`);
  expect((await stat(store)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['grafana-token']);
  const requests = grafana.accounts.requests.length;

  await start();
  await tickUntil('success');
  expect(grafana.accounts.requests).toHaveLength(requests);
  expect(grafana.pushes).toHaveLength(2);
});

it('replaces a revoked token within the same push', async () => {
  await start();
  await tickUntil('success');
  await start();
  await tickUntil('success');
  const [old] = ownTokens();
  grafana.accounts.tokens = [];
  await tickUntil('success');
  const [current, ...more] = ownTokens();
  expect(more).toEqual([]);
  expect(current?.key).not.toBe(old?.key);
  expect((await readFile(store, 'utf8')).trim()).toBe(current?.key);
  expect((await stat(store)).mode & 0o777).toBe(0o600);
  expect(messages()).toContain('Grafana no longer accepts the stored token; creating a new one');
});

it('stays in its organization, whichever the administrator has chosen in the browser', async () => {
  const { organizations, accounts } = grafana.accounts;
  organizations.set(2, 'Second');
  grafana.accounts.organization = 2;
  await start();
  await tickUntil('success');
  expect(accounts.map(({ orgId }) => orgId)).toEqual([1]);
  expect(running?.log()).toContainEqual(
    expect.objectContaining({ msg: 'created a Grafana token and stored it', org_id: 1, organization: 'Main Org.' })
  );

  grafana.accounts.organization = 1;
  await start({ org_id: 2, token_store: join(folder, 'other-token') });
  await tickUntil('success');
  expect(accounts.map(({ orgId }) => orgId)).toEqual([1, 2]);
  expect(running?.log()).toContainEqual(expect.objectContaining({ org_id: 2, organization: 'Second' }));
});

it.each([false, true])('says that the user is not in the organization, with anonymous access %s', async (anonymous) => {
  grafana.accounts.anonymous = anonymous;
  await start({ org_id: 7 });
  await tickUntil('refused');
  expect(messages()).toEqual([
    expect.stringMatching(
      /\/api\/org answered 403: the user "admin" is not in the organization 7.*grafana_live\.org_id/
    ),
  ]);
  expect(grafana.accounts.wrongPasswords).toBe(0);
});

it('says that Grafana takes no passwords, and does not blame the password', async () => {
  grafana.accounts.basicAuth = false;
  await start();
  await tickUntil('refused');
  expect(messages()).toEqual([
    expect.stringMatching(/without checking the password: \[auth\.basic\] of Grafana is off/),
  ]);
  expect(await readdir(folder)).toEqual([]);
  grafana.accounts.basicAuth = true;
  await start();
  await tickUntil('success');
});

it('uses an existing account, and keeps other tokens', async () => {
  grafana.accounts.accounts.push({ id: 70, name: 'onehertz', role: 'Editor', isDisabled: false, orgId: 1 });
  grafana.accounts.accounts.push({ id: 71, name: 'onehertz-dashboards', role: 'Viewer', isDisabled: false, orgId: 1 });
  const token = (id: number, name: string) => ({ id, accountId: 70, name, key: `glsa_${id}`, secondsToLive: 0 });
  grafana.accounts.tokens.push(token(80, TOKEN_NAME), token(81, 'onehertz on another-host'));
  await start();
  await tickUntil('success');
  expect(grafana.accounts.accounts).toHaveLength(2);
  expect(grafana.accounts.tokens.map(({ id }) => id)).not.toContain(80);
  expect(grafana.accounts.tokens.map(({ name }) => name).sort()).toEqual(
    ['onehertz on another-host', TOKEN_NAME].sort()
  );
});

it('requests a token with expiry if Grafana requires it', async () => {
  grafana.accounts.longestLife = 7 * 86_400;
  await start();
  await tickUntil('success');
  expect(ownTokens().map(({ secondsToLive }) => secondsToLive)).toEqual([86_400]);
});

describe.each([false, true])('a wrong password, with anonymous access %s', (anonymous) => {
  const WRONG = 'wrong horse';
  beforeEach(() => {
    grafana.accounts.anonymous = anonymous;
  });

  it('does not lock the administrator out, in ticks and in starts', async () => {
    for (let starts = 0; starts < 6; starts++) {
      await start({ password: WRONG });
      await tickUntil('refused');
      for (let i = 0; i < 10; i++) running?.tick();
      expect(messages()).toEqual([expect.stringMatching(/"admin" or its password is wrong.*grafana_live\.username/)]);
      expect(messages()[0]).toMatch(/Next try in 6 minutes/);
      expect(running?.logText()).not.toContain(WRONG);
    }
    expect(grafana.accounts.wrongPasswords).toBe(1);
    const kept = join(folder, 'grafana-token.refused');
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect(await readFile(kept, 'utf8')).not.toContain(WRONG);
  });

  it('is tried again later each time, and another one at once', async () => {
    await start({ password: WRONG });
    await tickUntil('refused');
    const kept = join(folder, 'grafana-token.refused');
    const overdue = JSON.parse(await readFile(kept, 'utf8')) as object;
    await writeFile(kept, JSON.stringify({ ...overdue, until: 0 }));
    await start({ password: WRONG });
    await tickUntil('refused');
    expect(messages()[0]).toMatch(/Next try in 12 minutes/);
    expect(grafana.accounts.wrongPasswords).toBe(2);

    await start();
    await tickUntil('success');
    expect(await readdir(folder)).toEqual(['grafana-token']);
  });

  it('is remembered while it runs, where that cannot be written', async () => {
    await start({ password: WRONG, token_store: join(folder, 'missing', 'token') });
    await tickUntil('refused');
    for (let i = 0; i < 10; i++) running?.tick();
    expect(grafana.accounts.wrongPasswords).toBe(1);
    expect(messages()[0]).toMatch(/cannot be stored/);
  });
});

it('reports which permission the user lacks', async () => {
  grafana.accounts.adminRole = 'Editor';
  await start();
  await tickUntil('refused');
  expect(messages()[0]).toMatch(/403.*"admin" may not manage service accounts.*Admin/);
});

it('pushes even if the token cannot be stored, with a warning', async () => {
  await start({ token_store: join(folder, 'missing', 'token') });
  await tickUntil('success');
  await tickUntil('success');
  expect(messages()).toEqual(['the Grafana token cannot be stored; the next start will create a new one']);
  expect(ownTokens()).toHaveLength(1);
});

it('makes no token for a disabled account, and goes on with the old one when it is enabled', async () => {
  await start();
  await tickUntil('success');
  const [account] = grafana.accounts.accounts;
  const tokens = [...grafana.accounts.tokens];
  if (account) account.isDisabled = true;
  await tickUntil('refused');
  const requests = grafana.accounts.requests.length;
  for (let i = 0; i < 10; i++) running?.tick();
  expect(grafana.accounts.requests).toHaveLength(requests);
  expect(messages().at(-1)).toMatch(
    /the service account "onehertz" is disabled.*enable it, and pushes go on some 15 s later/
  );

  if (account) account.isDisabled = false;
  await start();
  await tickUntil('success');
  expect(grafana.accounts.tokens).toEqual(tokens);
});

it('says that another exporter with its name replaces its token', async () => {
  await start();
  await tickUntil('success');
  const other = await run(
    settings(grafana.url, { username: 'admin', password: PASSWORD, token_store: join(folder, 'another-store') })
  );
  await tickUntil('success', other);
  await tickUntil('refused');
  expect(messages().at(-1)).toMatch(
    /the token "onehertz on .*" was made a moment ago, and it no longer exists: .*another exporter with the same stream_id and host name/
  );

  // it tries again after a minute
  const { now } = performance;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 61_000);
  await tickUntil('success');
  expect(messages()).toContainEqual(
    expect.stringMatching(/^another exporter with the same stream_id and host name has replaced the Grafana token/)
  );
  clock.mockRestore();
  await other.live.close();
});

it('starts when Grafana does, however late', async () => {
  await grafana.down();
  await start();
  await tickUntil('failure');
  await tickUntil('failure');
  await grafana.up();
  await tickUntil('success');
  expect(ownTokens()).toHaveLength(1);
});

it('uses a token put into the file manually, and replaces an invalid one', async () => {
  await writeFile(store, `  ${grafana.accounts.grant('Editor')}\n\n`);
  await start();
  await tickUntil('success');
  expect(grafana.accounts.requests).toEqual([]);
  for (const rubbish of ['rubbish', 'two\nlines', '\u0000é']) {
    await writeFile(store, rubbish);
    await start();
    await tickUntil('success');
    expect(ownTokens()).toHaveLength(1);
  }
});
