/** Files of targets that are made to stop the exporter: each leaves out itself, and no tick is missed. */
import { waitFor } from '@onehertz/demo';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExporter, type ExporterProcess } from '../faults/exporter-process';
import { memoryMb } from './harness';
import { limitMemory, MEMORY_LIMIT_MB, type MemoryLimit } from './memory-limit';

let directory: string;
let exporter: ExporterProcess;
let server: Server;
let limit: MemoryLimit;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'onehertz-files-'));
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  execFileSync('mkdir', [join(directory, 'targets')]);
  const { port } = server.address() as { port: number };
  write('good.yml', `- targets: ["127.0.0.1:${port}"]\n  labels: { __probe__: tcp, __component__: good }\n`);
  const components = [{ file_sd: 'targets/*.yml' }, { file_sd: 'targets/*.json' }];
  limit = limitMemory();
  exporter = await startExporter({
    config: { components },
    directory,
    wrapper: limit.wrapper,
    env: limit.env,
  });
});
afterAll(async () => {
  // SIGTERM ends it, whatever it was given to read
  const asked = performance.now();
  const code = await exporter.stop();
  server.close();
  rmSync(directory, { recursive: true });
  const killed = limit.killed();
  await limit.remove();
  expect(killed).toBe(0);
  expect([code, performance.now() - asked < 5000]).toEqual([0, true]);
});

const write = (name: string, text: string) => writeFileSync(join(directory, 'targets', name), text);

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
    expect(memoryMb(exporter.pid, 'VmHWM')).toBeLessThan(MEMORY_LIMIT_MB);
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
    'there is memory for',
  ],
])('%s', (_what, name, text, said) => reloadWith(name, said, (path) => writeFileSync(path, text)), 30_000);

it('blank lines', async () => {
  // good, and nothing in it
  await reloadWith('blank.yml', 'configuration reloaded', (path) => writeFileSync(path, `${'\n'.repeat(100_000)}[]\n`));
});

it('a pipe', () => reloadWith('pipe.yml', 'is a pipe, not a file', (path) => execFileSync('mkfifo', [path])));

it('a device', () =>
  reloadWith('device.yml', 'is a device, not a file', (path) => execFileSync('ln', ['-s', '/dev/zero', path])));

it('a file that says that it is empty, and is not', () =>
  reloadWith('proc.yml', 'proc.yml', (path) => execFileSync('ln', ['-s', '/proc/kallsyms', path])));

it('a file of the memory of the process itself', () =>
  reloadWith('mem.yml', 'mem.yml', (path) => execFileSync('ln', ['-s', '/proc/self/mem', path])));

it('a link to itself', () =>
  reloadWith('loop.yml', 'its symbolic links form a loop', (path) => execFileSync('ln', ['-s', path, path])));

it('a folder that links to itself', () =>
  reloadWith('folder.yml', 'is a folder, not a file', (path) => execFileSync('ln', ['-s', '.', path])));

it('a file that grows while it is read', async () => {
  const file = join(directory, 'targets', 'grows.yml');
  const writer = spawn('sh', [
    '-c',
    'while :; do head -c 1000000 /dev/zero | tr "\\0" "#" >> "$0"; sleep 0.05; done',
    file,
  ]);
  try {
    await reloadWith('grows.yml', 'is larger than 4 MiB', (path) => writeFileSync(path, '#\n'.repeat(2_500_000)));
  } finally {
    writer.kill();
  }
});

it('labels that are names of what every object has', () =>
  reloadWith('proto.json', 'configuration reloaded', (path) =>
    writeFileSync(
      path,
      '[{"targets":[],"labels":{"__proto__":"x","constructor":"x","toString":"x","hasOwnProperty":"x","__param___proto____":"x"}}]'
    )
  ));

it('many files of as many targets as one may name', async () => {
  const folder = join(directory, 'targets');
  const names = Array.from({ length: 12 }, (_, i) => `many-${i}.json`);
  const many = (index: number) =>
    JSON.stringify([
      {
        targets: Array.from({ length: 45_000 }, (_, i) => `127.0.0.1:${i + 1}/${index}`),
        labels: { __probe__: 'http' },
      },
    ]);
  try {
    names.slice(1).forEach((name, index) => writeFileSync(join(folder, name), many(index)));
    await reloadWith('many-0.json', 'there is memory for', (path) => writeFileSync(path, many(99)));
  } finally {
    names.forEach((name) => rmSync(join(folder, name), { force: true }));
  }
}, 60_000);
