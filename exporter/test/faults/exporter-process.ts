/** The exporter as used by people, `node exporter/dist/cli.js`, observed from outside. Requires `npm run build`. */
import { freePort, waitFor } from '@onehertz/demo';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');

/** A component as the API shows it; more fields are there. */
export interface ComponentView {
  status: string;
  message?: string;
  error?: string;
  last_check?: string;
}

export interface TransitionView {
  component: string;
  from: string;
  to: string;
  /** Milliseconds since the epoch. */
  at: number;
  reason: string;
}

export interface ExporterProcess {
  readonly origin: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** The answer to a request for `path`, which is good. */
  get(path: string): Promise<Response>;
  components(): Promise<Record<string, ComponentView>>;
  /** All transitions, oldest first. */
  events(): Promise<TransitionView[]>;
  metrics(): Promise<Metrics>;
  /** Writes another configuration, which is applied soon. */
  write(config: ExporterConfig): void;
  /** Applies another configuration; resolves when it is applied. */
  configure(config: ExporterConfig): Promise<void>;
  /** Reloads the configuration, as a user does after a repair. */
  reload(): void;
  /** Open descriptors of the process. */
  descriptors(): number;
  log(): string;
  kill(): void;
  /** Stops it, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface Metrics {
  /** The value of the one series with these labels; 0 when there is none. */
  value(name: string, labels?: Record<string, string>): number;
  /** Sum of all series of the name, with these labels. */
  sum(name: string, labels?: Record<string, string>): number;
}

export type ExporterConfig = { components: Record<string, unknown>[] } & Record<string, unknown>;

export interface StartOptions {
  config: ExporterConfig;
  /** An empty folder for its configuration file. */
  directory: string;
  env?: NodeJS.ProcessEnv;
  /** What to start it with, e.g. `['unshare', '--mount', 'sh', '-c', …]`; it must end in the process itself (exec). */
  wrapper?: readonly string[];
  /** Timeout of its responses; default: 5 s. */
  answerMs?: number;
  /** More of its flags. */
  flags?: readonly string[];
  /** What it is asked with: the header `Authorization`. */
  authorization?: string;
}

export async function startExporter({
  config,
  directory,
  env = {},
  wrapper = [],
  answerMs = 5000,
  flags = [],
  authorization,
}: StartOptions): Promise<ExporterProcess> {
  const port = await freePort();
  const file = join(directory, 'onehertz.yml');
  const write = (next: ExporterConfig) => {
    // atomically, as an editor does
    writeFileSync(`${file}.new`, JSON.stringify({ events: 10_000, ...next }));
    renameSync(`${file}.new`, file);
  };
  write(config);
  const command = [
    ...wrapper,
    process.execPath,
    CLI,
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...flags,
  ];
  const child = spawn(command[0] as string, command.slice(1), {
    env: {
      PATH: process.env.PATH,

      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (data: string) => (log += data));
  const origin = `http://127.0.0.1:${port}`;
  const get = async (path: string): Promise<Response> => {
    const headers = authorization === undefined ? undefined : { authorization };
    const response = await fetch(`${origin}${path}`, { headers, signal: AbortSignal.timeout(answerMs) });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response;
  };
  const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
  const exporter: ExporterProcess = {
    origin,
    child,
    pid: child.pid as number,
    get,
    components: async () =>
      (await json<{ components: Record<string, ComponentView> }>('/api/v1/components')).components,
    async events() {
      const { events } = await json<{ events: (Omit<TransitionView, 'at'> & { at: string })[] }>(
        '/api/v1/events?since=0'
      );
      return events.map((event) => ({ ...event, at: Date.parse(event.at) }));
    },
    metrics: async () => readMetrics(await (await get('/metrics')).text()),
    write,
    async configure(next) {
      write(next);
      await waitFor(async () => (await exporter.metrics()).value('onehertz_components') === next.components.length, {
        timeoutMs: 20_000,
        what: 'the new configuration to be in force',
        everyMs: 100,
      });
    },
    reload: () => void child.kill('SIGHUP'),
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    log: () => log,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
  try {
    await waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(log);
        return get('/-/healthy');
      },
      { timeoutMs: 20_000, what: 'the exporter' }
    );
  } catch (error) {
    exporter.kill();
    throw new Error(`${(error as Error).message}\n${log}`);
  }
  return exporter;
}

function readMetrics(text: string): Metrics {
  const lines = text.split('\n');
  const find = (name: string, labels: Record<string, string> = {}) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
      .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  const sum = (name: string, labels?: Record<string, string>) => find(name, labels).reduce((a, b) => a + b, 0);
  return { sum, value: (name, labels) => find(name, labels)[0] ?? 0 };
}
