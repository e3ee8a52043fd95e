/** The demo as used by a person: started, controlled from a second terminal, stopped. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MissingProgramError, waitFor, type RunningServer, type S3Server } from '../src';
import { onehertzConfig } from '../src/runner/onehertz-config';
import { createParts } from '../src/runner/parts';
import { createStarter } from '../src/runner/starter';
import { processesIn } from './processes';

const ROOT = join(__dirname, '..', '..');
const CLI = join(ROOT, 'demo', 'dist', 'cli.js');

interface Finished {
  code: number;
  text: string;
}

function run(program: string, ...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr })
    );
  });
}

/** Every process of the demo inherits a TMPDIR of its own, by which it is found. */
function startDemo(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-test-demo-'));
  // PostgreSQL may run as another user
  chmodSync(folder, 0o755);
  const socket = join(folder, 'control.sock');
  const child: ChildProcess = spawn(process.execPath, [CLI, '--socket', socket, ...args], {
    env: { ...process.env, TMPDIR: folder },
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const says = (pattern: RegExp, timeoutMs: number) =>
    waitFor(
      () => {
        const match = pattern.exec(output);
        if (!match && child.exitCode !== null) throw new Error(`the demo ended with ${child.exitCode}:\n${output}`);
        return match ?? undefined;
      },
      { timeoutMs, what: `the demo to say ${pattern}` }
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${output}`);
    });
  return {
    child,
    exited,
    folder,
    socket,
    says,
    output: () => output,
    ask: (...request: string[]) => run(process.execPath, CLI, '--socket', socket, ...request),
    /** Cleans up after a failed test; does nothing if the demo has ended. */
    async cleanUp() {
      child.kill('SIGKILL');
      await exited;
      await waitFor(() => processesIn(folder).length === 0, { timeoutMs: 5000, what: 'the end of all processes' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('the demo', () => {
  let demo: ReturnType<typeof startDemo>;
  let exporter: string;

  interface Component {
    name: string;
    status: string;
    [key: string]: unknown;
  }

  beforeAll(async () => {
    demo = startDemo();
    await demo.says(/Ctrl-C ends everything and leaves nothing behind/, 150_000);
    exporter = /Live board\W+(http:\/\/127\.0\.0\.1:\d+)/.exec(demo.output())?.[1] as string;
  }, 160_000);

  afterAll(() => demo.cleanUp(), 30_000);

  async function components(): Promise<Component[]> {
    const response = await fetch(`${exporter}/api/v1/components`);
    const { components: found } = (await response.json()) as { components: Component[] | Record<string, Component> };
    return Array.isArray(found) ? found : Object.entries(found).map(([name, one]) => ({ ...one, name }));
  }

  const becomes = (name: string, status: string) =>
    waitFor(async () => (await components()).some((one) => one.name === name && one.status === status), {
      timeoutMs: 20_000,
      what: `${name} to be ${status}`,
    });

  test('starts every part, and every component becomes healthy', async () => {
    expect(demo.output()).not.toMatch(/left out/);
    const names = (await components()).map(({ name }) => name).sort();
    expect(names).toEqual(
      [
        ...[
          'postgresql',
          'redis',
          'rabbitmq',
          'minio',
          'celery',
          'backend',
          'training',
          'inference',
          'inference-model',
        ],
        ...[1, 2, 3, 4, 5, 6, 7].map((n) => `websdr-${n}`),
      ].sort()
    );
    await waitFor(async () => (await components()).every(({ status }) => status === 'healthy'), {
      timeoutMs: 45_000,
      what: 'all components to be healthy',
    }).catch(async (error: Error) => {
      const ill = (await components()).filter(({ status }) => status !== 'healthy');
      throw new Error(`${error.message}: ${JSON.stringify(ill)}`);
    });
  }, 60_000);

  test('has Prometheus scrape the exporter with the rules loaded', async () => {
    const prometheus = /Prometheus\W+(http:\/\/127\.0\.0\.1:\d+)/.exec(
      demo.output().split('open in a browser')[1] ?? ''
    )?.[1];
    const ask = async (path: string) =>
      ((await (await fetch(`${prometheus}${path}`)).json()) as { data: Record<string, unknown[]> }).data;
    const query = encodeURIComponent('component_up{component="backend"} == 1');
    await waitFor(async () => (await ask(`/api/v1/query?query=${query}`)).result?.length, {
      timeoutMs: 10_000,
      what: 'Prometheus to know the backend',
    });
    expect((await ask('/api/v1/rules')).groups?.length).toBeGreaterThan(0);
  });

  test('has the exporter push to the preview, as it would to Grafana', async () => {
    const taken = async () =>
      Number(
        /^onehertz_live_push_total\{result="success"\} (\d+)/m.exec(
          await (await fetch(`${exporter}/metrics`)).text()
        )?.[1]
      );
    await waitFor(async () => (await taken()) > 1, {
      timeoutMs: 10_000,
      what: 'pushes that are taken (the preview must have been built: npm run build)',
    });
  });

  test('kills and restores by name, and the board shows it', async () => {
    expect(await demo.ask('--kill', 'redis')).toMatchObject({
      code: 0,
      text: expect.stringContaining('redis killed') as string,
    });
    await becomes('redis', 'unhealthy');
    await becomes('backend', 'degraded');
    expect((await demo.ask('--status')).text).toMatch(/redis +│ killed/);
    expect(await demo.ask('--restore', 'redis')).toMatchObject({ code: 0 });
    await Promise.all([becomes('redis', 'healthy'), becomes('backend', 'healthy')]);
  }, 60_000);

  test('freezes and restores by name', async () => {
    expect(await demo.ask('--freeze', 'postgresql')).toMatchObject({ code: 0 });
    await Promise.all([becomes('postgresql', 'unhealthy'), becomes('backend', 'unhealthy')]);
    expect((await demo.ask('--status')).text).toMatch(/postgresql +│ frozen/);
    expect((await demo.ask('--restore', 'postgresql')).text).toContain('postgresql goes on');
    await Promise.all([becomes('postgresql', 'healthy'), becomes('backend', 'healthy')]);
  }, 60_000);

  test('shows Celery as degraded with one worker fewer', async () => {
    await demo.ask('--kill', 'celery-worker-2');
    await becomes('celery', 'degraded');
    await demo.ask('--restore', 'celery-worker-2');
    await becomes('celery', 'healthy');
  }, 60_000);

  test('lists the parts when a name is unknown', async () => {
    const { code, text } = await demo.ask('--kill', 'postgres');
    expect(code).toBe(1);
    expect(text).toContain('nothing here is called "postgres"');
    for (const name of ['postgresql', 'celery-worker-1', 'websdr-7', 'prometheus', 'exporter'])
      expect(text).toContain(name);
  });

  test('rejects a second start', async () => {
    const second = await run(process.execPath, CLI, '--socket', demo.socket);
    expect(second).toMatchObject({ code: 1, text: expect.stringContaining('a demo runs already') as string });
  });

  test('reports a part that ends by itself', async () => {
    const pid = Number(/websdr-7 +│ running +│ (\d+)/.exec((await demo.ask('--status')).text)?.[1]);
    process.kill(pid, 'SIGKILL');
    await demo.says(/websdr-7 ended by itself/, 10_000);
    expect((await demo.ask('--status')).text).toMatch(/websdr-7 +│ ended by itself/);
    expect((await demo.ask('--restore', 'websdr-7')).text).toMatch(/started again/);
  });

  test('ends with Ctrl-C: exit code 0, no process and no file left behind', async () => {
    expect(processesIn(demo.folder).length).toBeGreaterThan(25);
    // as with npm: the terminal sends it once, npm passes it on
    demo.child.kill('SIGINT');
    demo.child.kill('SIGINT');
    expect(await demo.exited).toBe(0);
    expect(demo.output()).toMatch(/ended, nothing is left running/);
    await waitFor(() => processesIn(demo.folder).length === 0, { timeoutMs: 3000, what: 'no process to be left' });
    expect(readdirSync(demo.folder)).toEqual([]);
    expect((await demo.ask('--status')).text).toMatch(/no demo is running/);
  }, 30_000);
});

test('a killed demo leaves no process and no file behind', async () => {
  const demo = startDemo('--no-prometheus');
  try {
    await demo.says(/ready +rabbitmq/, 90_000);
    expect(processesIn(demo.folder).length).toBeGreaterThan(10);
    demo.child.kill('SIGKILL');
    await demo.exited;
    await waitFor(() => processesIn(demo.folder).length === 0 && readdirSync(demo.folder).length === 0, {
      timeoutMs: 10_000,
      what: 'everything to be gone',
    });
  } finally {
    await demo.cleanUp();
  }
}, 120_000);

describe('a program that is not installed', () => {
  const server = (name: string, url: string) => ({ name, url, host: '127.0.0.1', port: 1 }) as unknown as RunningServer;

  test('is reported with its Debian package, and its part is left out', async () => {
    const lines: string[] = [];
    const parts = createParts();
    const { start } = createStarter(parts, (line) => lines.push(line));
    const missing = () => Promise.reject(new MissingProgramError('rabbitmq-server', 'rabbitmq-server'));
    expect(await start('rabbitmq', 'RabbitMQ', missing)).toBeUndefined();
    expect(lines.join()).toMatch(
      /left out +rabbitmq +rabbitmq-server is not installed: apt-get install rabbitmq-server/
    );
    expect(parts.all()).toEqual([]);
  });

  test('is not in the configuration, neither as a component nor as a dependency', async () => {
    const redis = server('redis', 'redis://:secret@127.0.0.1:1');
    const s3 = {
      ...server('minio', 'http://127.0.0.1:2'),
      software: 's3rver',
      accessKey: 'a',
      secretKey: 'b',
    } as S3Server;
    const text = onehertzConfig({
      redis,
      s3,
      brokerUrl: redis.url,
      workers: [server('celery-worker-1', '')],
      services: { backend: server('backend', 'http://127.0.0.1:3') },
      receivers: { 'websdr-4': server('websdr-4', 'http://127.0.0.1:4') },
    });
    const { components } = parse(text) as { components: Record<string, unknown>[] };
    expect(components.map(({ name, depends_on }) => [name, depends_on])).toEqual([
      ['redis', undefined],
      ['minio', undefined],
      ['celery', ['redis']],
      ['backend', ['redis']],
      ['websdr-4', undefined],
    ]);
    expect(components[1]).toMatchObject({ display_name: 'MinIO (s3rver stand-in)', labels: { stand_in: 's3rver' } });

    const folder = mkdtempSync(join(tmpdir(), 'onehertz-test-config-'));
    try {
      writeFileSync(join(folder, 'onehertz.yml'), text);
      const checked = await run(
        process.execPath,
        join(ROOT, 'exporter', 'dist', 'cli.js'),
        'check-config',
        join(folder, 'onehertz.yml')
      );
      expect(checked).toMatchObject({ code: 0, text: expect.stringContaining('5 components') as string });
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(folder)).toBe(false);
  });
});
