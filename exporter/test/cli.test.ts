/** The command as used by people: `node exporter/dist/cli.js`, so `npm run build` is required. */
import { freePort, waitFor } from '@onehertz/demo';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '..', 'dist', 'cli.js');
const CLEAN_ENV = { PATH: process.env.PATH };

describe('onehertz', () => {
  let directory: string;
  let frozen: Server;
  const sockets = new Set<Socket>();
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    expect(existsSync(CLI)).toBe(true);
    directory = mkdtempSync(join(tmpdir(), 'onehertz-cli-'));
    // accepts connections but never responds
    frozen = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(frozen, 'listening');
  });
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    frozen.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function file(name: string, content: unknown): string {
    const path = join(directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env: { ...CLEAN_ENV, ...env }, timeout: 10_000 });

  /** Starts an exporter and resolves when it listens. */
  async function start(args: string[], env: NodeJS.ProcessEnv = {}) {
    const port = await freePort();
    const child = spawn(process.execPath, [CLI, `--web.listen-address=127.0.0.1:${port}`, ...args], {
      env: { ...CLEAN_ENV, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    let log = '';
    child.stderr.on('data', (data: Buffer) => (log += data.toString()));
    const origin = `http://127.0.0.1:${port}`;
    await waitFor(async () => (await fetch(`${origin}/-/healthy`)).ok, { timeoutMs: 10_000, what: 'the exporter' });
    return { child, origin, log: () => log };
  }
  const components = () => [
    { name: 'frozen', probe: 'redis', url: `redis://127.0.0.1:${(frozen.address() as AddressInfo).port}` },
    { name: 'refused', probe: 'postgresql', url: 'postgresql://u:hunter22@127.0.0.1:1/db' },
    { name: 'nowhere', probe: 'http', url: 'http://nowhere.invalid' },
    { name: 'queue', probe: 'rabbitmq', url: `amqp://127.0.0.1:${(frozen.address() as AddressInfo).port}` },
  ];

  it('prints help', () => {
    const help = run(['--help']);
    expect(help.status).toBe(0);
    for (const flag of [
      '--config.file',
      '--web.listen-address',
      '--web.config.file',
      '--web.enable-probe-api',
      '--web.max-connections',
      '--log.level',
      '--log.format',
      '--version',
      'check-config',
      'check-web-config',
    ])
      expect(help.stdout).toContain(flag);
    expect(run(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^onehertz \d+\.\d+\.\d+/) as string,
    });
  });

  it.each([
    [['--no-such-flag'], /unknown option '--no-such-flag'/],
    [['--log.level=loud'], /debug, info, warn, error/],
    [['--web.listen-address=nonsense'], /host:port/],
    [['--shard.index=3', '--shard.total=3'], /must be below --shard.total \(3\), but is 3/],
    [['--web.max-connections=0'], /a number from 1/],
    [['check-config'], /missing required argument 'file'/],
    [['start'], /too many arguments|unknown command/],
    [['chek-config', 'x.yml'], /unknown command 'chek-config' \(did you mean "check-config"\?\)/],
    [['--config.file=a.yml', 'check-config', 'b.yml'], /two files are given/],
  ])('exits with 2 on incorrect usage: %j', (args, message) => {
    const result = run(args);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it('checks a configuration: exit code 0 if valid, 1 with every problem if not', () => {
    const good = run(['check-config', file('good.yml', { components: components() })]);
    expect([good.status, good.stdout]).toEqual([0, expect.stringContaining('OK, 4 components')]);
    const bad = file(
      'bad.yml',
      'components:\n  - name: a\n    probe: redis\n    url: nonsense\n  - name: a\n    probe: telepathy\n  - name: b\n    probe: http\n    url: http://b\n    timeout: 2s\n    colour: red\n'
    );
    const result = run(['check-config', bad]);
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/bad\.yml:4: components\[0\]\.url/);
    expect(result.stderr).toMatch(/bad\.yml:6: components\[1\]\.probe/);
    expect(result.stderr).toMatch(/bad\.yml:10: components\[2\]\.timeout/);
    expect(result.stderr).toMatch(/bad\.yml:11: components\[2\]/);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it('checks the file of --config.file, or the environment, and treats warnings as errors only on request', () => {
    const path = file('warned.yml', { components: [...components(), { file_sd: 'no-such/*.yml' }] });
    expect(run(['check-config', `--config.file=${path}`])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('OK, 4 components, 1 warning') as string,
      stderr: expect.stringContaining('warning: no-such/*.yml') as string,
    });
    const strict = run(['check-config', '--strict', path]);
    expect([strict.status, strict.stderr]).toEqual([1, expect.stringContaining('FAILED, 1 warning (--strict)')]);
    const env = run(['check-config'], { REDIS_URL: 'redis://r', DATABASE_URL: 'mysql://u:hunter22@d' });
    expect([env.status, env.stdout]).toEqual([0, 'environment: OK, 1 component, 1 warning\n']);
    expect(env.stderr).not.toContain('hunter22');
  });

  it('probes each component once on request, with an exit code if one is down', () => {
    const down = run(['check-config', '--probe', file('down.yml', { components: components() })]);
    expect(down.status).toBe(1);
    expect(down.stdout).toMatch(/│ frozen +│ redis +│ unhealthy │/);
    expect(down.stdout).toMatch(/│ refused +│ postgresql │ unhealthy │.*connection refused/);
    expect(down.stdout).toMatch(/^0 of 4 up; down: frozen, refused, nowhere, queue$/m);
    expect(`${down.stdout}${down.stderr}`).not.toContain('hunter22');
    const tcp = { name: 'port', probe: 'tcp', url: `tcp://127.0.0.1:${(frozen.address() as AddressInfo).port}` };
    const up = run(['check-config', file('up.yml', { components: [tcp] }), '--probe']);
    expect([up.status, up.stdout]).toEqual([
      0,
      expect.stringMatching(/│ port +│ tcp +│ healthy +│ +[\d.]+ ms │ accepts/),
    ]);
    expect(run(['check-config', '--probe', file('broken.yml', 'components: []')]).status).toBe(1);
  });

  it('watches only its shard of the configuration, also after a reload, and logs which it is', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `port-${i}`);
    const config = (some: string[]) => ({
      components: some.map((name, i) => ({
        name,
        probe: 'tcp',
        address: '127.0.0.1:1',
        depends_on: i > 0 ? [some[i - 1]] : [],
      })),
    });
    const path = file('shards.yml', config(names));
    const checked = run(['check-config', path, '--shard.total=3']);
    expect(checked.stdout).toMatch(/OK, 12 components; by shard: \d+, \d+, \d+\n$/);
    const sizes = /shard: (.*)\n/.exec(checked.stdout)?.[1]?.split(', ').map(Number);

    const env = { ONEHERTZ_SHARD_TOTAL: '3', ONEHERTZ_VANTAGE: 'eu' };
    const shards = await Promise.all(
      [0, 1, 2].map((index) => start([`--config.file=${path}`], { ...env, ONEHERTZ_SHARD_INDEX: `onehertz-${index}` }))
    );
    const namesOf = async (origin: string) =>
      Object.keys(((await (await fetch(`${origin}/api/v1/components`)).json()) as { components: object }).components);
    const all = () => Promise.all(shards.map(({ origin }) => namesOf(origin)));
    const before = await all();
    expect(before.map((part) => part.length)).toEqual(sizes);
    expect(before.flat().sort()).toEqual([...names].sort());
    const { origin, log } = shards[1] as (typeof shards)[0];
    const text = async (at: string) => (await fetch(origin + at)).text();
    expect(await text('/metrics')).toMatch(/^onehertz_shards\{shard_index="1"\} 3$/m);
    expect(await text('/')).toContain('Shard index 1 of 3, seen from eu.');
    expect(log()).toMatch(/shard="?1 of 3"? vantage=eu/);

    file('shards.yml', config([...names, 'port-12', 'port-13', 'port-14']));
    await waitFor(async () => (await all()).flat().length === 15, {
      timeoutMs: 10_000,
      what: 'the reload of all shards',
    });
    const after = await all();
    expect(after.map((part, index) => before[index]?.every((name) => part.includes(name)))).toEqual([true, true, true]);
  });

  it('does not start with an invalid configuration, and prints the same problems', () => {
    const result = run([`--config.file=${file('empty.yml', 'components: []\n')}`]);
    expect([result.status, result.stderr]).toEqual([1, expect.stringMatching(/empty\.yml.*components/)]);
    expect(run(['--config.file=/does/not/exist.yml'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('exist.yml') as string,
    });
    expect(run([])).toMatchObject({ status: 1, stderr: expect.stringContaining('DATABASE_URL') as string });
  });

  it('reports that the port is in use', () => {
    const { port } = frozen.address() as AddressInfo;
    const result = run([`--web.listen-address=127.0.0.1:${port}`], { REDIS_URL: 'redis://127.0.0.1:1' });
    expect([result.status, result.stderr]).toEqual([1, expect.stringMatching(/the port is in use/)]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'starts although nothing can be reached, and exits on %s with 0 within 2 s',
    async (signal) => {
      const { child, origin, log } = await start([`--config.file=${file('down.yml', { components: components() })}`]);
      const board = await waitFor(
        async () => {
          const report = (await (await fetch(`${origin}/api/v1/components`)).json()) as {
            components: Record<string, { status: string; error?: string }>;
          };
          return Object.values(report.components).every(({ status }) => status === 'unhealthy') && report.components;
        },
        { timeoutMs: 5000, what: 'all components to be unhealthy' }
      );
      expect(Object.values(board).every(({ error }) => error !== undefined && error !== '')).toBe(true);
      expect(JSON.stringify(board) + log()).not.toContain('hunter22');
      const begin = performance.now();
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      expect(code).toBe(0);
      expect(performance.now() - begin).toBeLessThan(2000);
    }
  );

  it('takes components from the environment', async () => {
    const { origin } = await start([], { REDIS_URL: 'redis://127.0.0.1:1', SERVICES: 'backend=http://127.0.0.1:1' });
    const { components: found } = (await (await fetch(`${origin}/api/v1/components`)).json()) as { components: object };
    expect(Object.keys(found).sort()).toEqual(['backend', 'redis']);
  });

  it('reloads on file changes and SIGHUP, rejects an invalid file, and sets a metric', async () => {
    const [first, second] = components();
    const config = file('live.yml', { components: [first] });
    const { child, origin, log } = await start([`--config.file=${config}`]);
    const names = async () =>
      Object.keys(((await (await fetch(`${origin}/api/v1/components`)).json()) as { components: object }).components);
    const metric = async (name: string) =>
      new RegExp(`^${name} (.*)$`, 'm').exec(await (await fetch(`${origin}/metrics`)).text())?.[1];
    file('live.yml', { components: [first, second] });
    await waitFor(async () => (await names()).length === 2, { timeoutMs: 5000, what: 'the reload' });
    file('live.yml', { components: [{ ...first, timeout: '5s' }] });
    child.kill('SIGHUP');
    await waitFor(async () => (await metric('onehertz_config_last_reload_successful')) === '0', {
      timeoutMs: 5000,
      what: 'the refusal',
    });
    expect(await names()).toHaveLength(2);
    expect(log()).toContain('must be below the interval');
    file('live.yml', { components: [second] });
    child.kill('SIGHUP');
    await waitFor(async () => (await names()).join() === 'refused', { timeoutMs: 5000, what: 'the second reload' });
    expect(await metric('onehertz_config_last_reload_successful')).toBe('1');
  });

  it('checks a web configuration, and does not start with an invalid one', () => {
    const good = file('web-good.yml', 'http_server_config: { headers: { X-Frame-Options: deny } }\n');
    expect(run(['check-web-config', good])).toMatchObject({ status: 0, stdout: `${good}: OK\n` });
    const bad = file(
      'web-bad.yml',
      'basic_auth_users:\n  alice: hunter22\ntls_server_config: { cert_file: none.crt }\n'
    );
    for (const args of [['check-web-config', bad], [`--web.config.file=${bad}`]]) {
      const result = run(args, { REDIS_URL: 'redis://127.0.0.1:1' });
      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(/web-bad\.yml:2: basic_auth_users\.alice: expected a bcrypt hash/);
      expect(result.stderr).not.toMatch(/hunter22|^\s+at /m);
    }
  });

  it('applies a changed token without a restart, and rejects an invalid web configuration with message and metric', async () => {
    const [first, second] = ['first-token-0123456789', 'second-token-0123456789'];
    file('token', first);
    const web = file('web.yml', 'bearer_token_files: { scraper: token }\n');
    const config = file('with-web.yml', { components: [components()[0]] });
    const port = await freePort();
    const args = [CLI, `--web.listen-address=127.0.0.1:${port}`, `--config.file=${config}`, `--web.config.file=${web}`];
    const child = spawn(process.execPath, args, { env: CLEAN_ENV, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let log = '';
    child.stderr.on('data', (data: Buffer) => (log += data.toString()));
    const ask = async (token: string) =>
      fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } }).catch(
        () => undefined
      );
    // slowly: after too many wrong tokens in a minute the status is 429
    const until = (what: string, test: () => Promise<boolean>) =>
      waitFor(test, { timeoutMs: 20_000, everyMs: 250, what });
    await until('the exporter', async () => (await ask(first))?.status === 200);
    file('token', second);
    await until('the new token', async () => (await ask(second))?.status === 200);
    expect((await ask(first))?.status).toBe(401);
    file('token', 'short');
    await until('the refusal', async () =>
      ((await (await ask(second))?.text()) ?? '').includes('onehertz_config_last_reload_successful 0')
    );
    expect(log).toMatch(/web\.yml:1: bearer_token_files\.scraper: the file token: holds fewer than 16 characters/);
    expect(log).not.toContain(second);
  });

  it('logs JSON on request', async () => {
    const { log } = await start(['--log.format=json'], { REDIS_URL: 'redis://127.0.0.1:1' });
    await waitFor(() => log().includes('status changed'), { timeoutMs: 5000, what: 'a line about the status' });
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({
      level: 'info',
      msg: 'listening',
      ts: expect.stringMatching(/Z$/) as string,
    });
  });
});
