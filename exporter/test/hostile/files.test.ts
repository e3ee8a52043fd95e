/** Files of targets that are made to stop the exporter: each leaves out itself, and no tick is missed. */
import { waitFor } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExporter, type ExporterProcess } from '../faults/exporter-process';

let directory: string;
let exporter: ExporterProcess;
let server: Server;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'onehertz-files-'));
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  execFileSync('mkdir', [join(directory, 'targets')]);
  const { port } = server.address() as { port: number };
  write('good.yml', `- targets: ["127.0.0.1:${port}"]\n  labels: { __probe__: tcp, __component__: good }\n`);
  const components = [{ file_sd: 'targets/*.yml' }, { file_sd: 'targets/*.json' }];
  exporter = await startExporter({
    config: { components },
    directory,
    // as in a container of 256 MiB
    env: { NODE_OPTIONS: '--max-old-space-size=128' },
  });
});
afterAll(async () => {
  // SIGTERM ends it, whatever it was given to read
  const asked = performance.now();
  const code = await exporter.stop();
  server.close();
  rmSync(directory, { recursive: true });
  expect([code, performance.now() - asked < 5000]).toEqual([0, true]);
});

const write = (name: string, text: string) => writeFileSync(join(directory, 'targets', name), text);
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${exporter.pid}/status`, 'utf8'))?.[1]) / 1024;

/** Reloads until the exporter has been through all of it; the good file is in force all the time. */
async function reloadWith(name: string, said: string, make: (path: string) => void): Promise<void> {
  const before = await exporter.metrics();
  const file = join(directory, 'targets', name);
  const read = exporter.log().length;
  try {
    make(file);
    exporter.reload();
    const log = () => exporter.log().slice(read);
    await waitFor(
      () => log().includes(said) && /configuration reloaded.*\n/.test(log().slice(log().lastIndexOf(said))),
      {
        what: `a reload that says ${said}`,
        timeoutMs: 28_000,
      }
    );
    expect(Object.keys(await exporter.components())).toEqual(['good']);
    const after = await exporter.metrics();
    const missed = (metrics: typeof after) => metrics.value('onehertz_ticks_missed_total');
    expect(missed(after) - missed(before)).toBe(0);
    expect(residentMb()).toBeLessThan(256);
  } finally {
    rmSync(file);
  }
}

it.each<[what: string, name: string, text: string, said: string]>([
  ['a key in a key in a key', 'deep.yml', `${'a: '.repeat(3000)}b`, 'deep.yml'],
  ['as much of that as a thread has stack for', 'deeper.yml', 'a: '.repeat(100_000), 'deeper.yml'],
  [
    'lists in lists, by their indentation',
    'lists.yml',
    Array.from({ length: 190 }, (_, i) => `${' '.repeat(i)}-`).join('\n'),
    'lists.yml',
  ],
  ['aliases', 'aliases.yml', `- &a b\n${'- *a\n'.repeat(50_000)}`, 'aliases.yml'],
  [
    'aliases of something long',
    'repeated.yml',
    `- &a [${'1,'.repeat(2000)}]\n${'- *a\n'.repeat(900)}`,
    'holds more than',
  ],
  ['scalars', 'scalars.yml', '- a\n'.repeat(750_000), 'scalars.yml'],
  ['numbers', 'numbers.json', `[${'1,'.repeat(1_000_000)}1]`, 'numbers.json'],
  [
    'more targets than one exporter can watch',
    'many.json',
    JSON.stringify([{ targets: Array.from({ length: 60_000 }, (_, i) => `h:${i}`) }]),
    'more than 50000 targets',
  ],
])('%s', (_what, name, text, said) => reloadWith(name, said, (path) => writeFileSync(path, text)), 30_000);

it('blank lines', async () => {
  // good, and nothing in it
  await reloadWith('blank.yml', 'configuration reloaded', (path) => writeFileSync(path, `${'\n'.repeat(100_000)}[]\n`));
});

it('a pipe', () => reloadWith('pipe.yml', 'is a pipe, not a file', (path) => execFileSync('mkfifo', [path])));

it('a device', () =>
  reloadWith('device.yml', 'is a device, not a file', (path) => execFileSync('ln', ['-s', '/dev/zero', path])));
