/** Runs the containers' commands on this machine, as far as the programs are installed. Needs `npm run build`. */
import { findProgram, freePort, startAlertmanager, startNode, waitFor } from '@onehertz/demo';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, ALERTMANAGER_CONFIG } from '../src/files';
import { readCompose, text } from './compose-file';

const run = promisify(execFile);
const script = join(ROOT, 'deploy', 'compose', 'secrets.sh');
const folder = mkdtempSync(join(tmpdir(), 'onehertz-compose-'));
const secrets = join(folder, 'secrets');
const services = readCompose().services;

beforeAll(() => {
  execFileSync('sh', [script, secrets]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contents = () =>
  Object.fromEntries(readdirSync(secrets).map((file) => [file, readFileSync(join(secrets, file), 'utf8')]));

describe('secrets', () => {
  test('are generated once, long, distinct, and readable by every user', async () => {
    const first = contents();
    await run('sh', [script, secrets]);
    expect(contents()).toEqual(first);
    const passwords = Object.entries(first).filter(([name]) => name.endsWith('_password'));
    expect(passwords).toHaveLength(5);
    for (const [, password] of passwords) expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(new Set(passwords.map(([, password]) => password)).size).toBe(5);
    for (const file of readdirSync(secrets)) expect(statSync(join(secrets, file)).mode & 0o777).toBe(0o644);
    expect(first.postgres_url).toBe(`postgresql://onehertz:${first.postgres_password}@postgres:5432/onehertz`);
    expect(first['services.env']).toContain(`DATABASE_URL=${first.postgres_url}\n`);
  });

  test('are those of .env if set, and rejected if they cannot be part of a URL', async () => {
    const other = join(folder, 'other');
    await run('sh', [script, other], { env: { ...process.env, REDIS_PASSWORD: 'my.own_Pass-word~1' } });
    expect(readFileSync(join(other, 'redis_url'), 'utf8')).toBe('redis://:my.own_Pass-word~1@redis:6379/0');
    await expect(run('sh', [script, other], { env: { ...process.env, REDIS_PASSWORD: 'a@b' } })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only letters, digits') as unknown,
    });
  });

  test('stay as the servers know them, and say so, if .env has others later', async () => {
    const kept = join(folder, 'kept');
    await run('sh', [script, kept]);
    const before = readFileSync(join(kept, 'postgres_password'), 'utf8');
    await expect(
      run('sh', [script, kept], { env: { ...process.env, POSTGRES_PASSWORD: 'other', REDIS_PASSWORD: 'another' } })
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^secrets: postgres_password: .env has another one than the servers were made with.*\nsecrets: redis_password: /
      ) as unknown,
    });
    expect(readFileSync(join(kept, 'postgres_password'), 'utf8')).toBe(before);
    await run('sh', [script, kept], { env: { ...process.env, POSTGRES_PASSWORD: before } });
  });
});

describe('the copies of the configuration', () => {
  const copy = join(ROOT, 'deploy', 'compose', 'files.sh');
  const place = (name: string) => join(folder, 'copies', name);
  const [checkout, configuration, grafana] = ['checkout', 'configuration', 'grafana'].map(place) as [
    string,
    string,
    string,
  ];
  const FILES = ['prometheus.yml', 'deploy/compose/onehertz.yml', 'provisioning'];
  let following: ReturnType<typeof execFile> | undefined;

  beforeAll(() => {
    for (const directory of [configuration, grafana]) mkdirSync(directory, { recursive: true });
    // as somebody made it who lets nobody else read
    for (const file of FILES)
      cpSync(join(ROOT, file), join(checkout, file), {
        recursive: true,
        filter: (from) => !/node_modules|dist/.test(from),
      });
    execFileSync('chmod', ['-R', 'go=', checkout]);
  });
  afterAll(() => following?.kill());

  const now = () => readFileSync(join(configuration, 'onehertz.yml'), 'utf8');

  test('are readable by everybody, made once, and follow what is put in the place of a file', async () => {
    await run('sh', [copy, checkout, configuration, grafana]);
    expect(now()).toBe(text('deploy/compose/onehertz.yml'));
    for (const directory of [configuration, grafana])
      for (const file of readdirSync(directory, { recursive: true, withFileTypes: true }))
        expect(statSync(join(file.parentPath, file.name)).mode & 0o777).toBe(file.isDirectory() ? 0o755 : 0o644);
    expect((await run('sh', [copy, checkout, configuration, grafana])).stdout).toBe('');

    following = execFile('sh', [copy, checkout, configuration, grafana, 'follow']);
    const file = join(checkout, 'deploy/compose/onehertz.yml');
    writeFileSync(`${file}.new`, '# another\n');
    renameSync(`${file}.new`, file);
    await waitFor(() => now() === '# another\n', { timeoutMs: 10_000, what: 'the other file' });
    rmSync(join(checkout, 'provisioning/dashboards/onehertz-self.json'));
    await waitFor(() => !existsSync(join(grafana, 'dashboards/onehertz-self.json')), {
      timeoutMs: 10_000,
      what: 'its end',
    });
    const ended = once(following, 'exit');
    following.kill();
    expect(await ended).toEqual([0, null]);
  });
});

test('the exporter accepts its configuration', async () => {
  const file = join(folder, 'onehertz.yml');
  writeFileSync(file, text('deploy/compose/onehertz.yml').replaceAll('/secrets/', `${secrets}/`));
  const { stdout } = await run(process.execPath, [join(ROOT, 'exporter', 'dist', 'cli.js'), 'check-config', file]);
  expect(stdout).toContain('OK, 16 components');
});

test('redis requires the password, and its health check uses it', async () => {
  const { command = [], healthcheck } = services.redis ?? {};
  const port = await freePort();
  const local = (word: string) => word.replaceAll('/secrets/', `${secrets}/`);
  const child = execFile(findProgram('redis-server') ?? 'redis-server', [
    ...command.slice(1).map(local),
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
  ]);
  try {
    const check = local(healthcheck?.test[1] ?? '').replace('redis-cli', `redis-cli -p ${port}`);
    await waitFor(() => run('sh', ['-c', check]), { timeoutMs: 10_000, what: 'the health check to pass' });
    const { stdout } = await run('redis-cli', ['-p', `${port}`, 'ping']);
    expect(stdout).toContain('NOAUTH');
  } finally {
    child.kill('SIGKILL');
  }
});

test('alertmanager starts with its flags, and its health check distinguishes a running one from a stopped one', async () => {
  const { command = [], healthcheck } = services.alertmanager ?? {};
  // Debian's version does not support --dispatch.start-delay
  const args = command.filter((word) => !/^--(config|storage|cluster|dispatch)/.test(word));
  expect(command).toContain('--cluster.listen-address=');
  const alertmanager = await startAlertmanager({ configFile: join(ROOT, ALERTMANAGER_CONFIG), args });
  const check = () => {
    const [, program = '', ...words] = healthcheck?.test ?? [];
    return run(
      findProgram(program) ?? program,
      words.map((word) => word.replace('127.0.0.1:9093', `127.0.0.1:${alertmanager.port}`))
    );
  };
  try {
    await check();
    await alertmanager.kill();
    await expect(check()).rejects.toThrow();
  } finally {
    await alertmanager.stop();
  }
});

test('the Node programs of the demo start with their commands, and pass their health checks', async () => {
  const programs = [
    { name: 'backend', path: '/health' },
    { name: 'websdr-1', path: '/' },
    { name: 'alert-log', path: '/health' },
  ];
  for (const { name, path } of programs) {
    const { command = [], healthcheck } = services[name] ?? {};
    expect(healthcheck?.test.at(-1)).toMatch(new RegExp(`:\\d+${path}$`));
    const words = command.slice(1);
    const envFile = words.find((word) => word.startsWith('--env-file='));
    const [main = '', ...args] = words.filter((word) => word !== envFile);
    const server = await startNode({
      name,
      script: join(ROOT, main),
      args,
      env: (port) => ({ PORT: `${port}`, ...(envFile && { NODE_OPTIONS: '' }) }),
    });
    try {
      const response = await fetch(new URL(path, server.url));
      expect(response.status).toBe(200);
    } finally {
      await server.stop();
    }
  }
}, 60_000);
