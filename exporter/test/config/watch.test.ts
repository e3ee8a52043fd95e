/** Changes of files as made by editors, deployments and Kubernetes. */
import { waitFor } from '@onehertz/demo';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileWatcher, watchFiles } from '../../src/config/watch';
import { type Folder, makeFolder } from './helpers';

let folder: Folder;
let watcher: FileWatcher | undefined;
let calls: number;

beforeEach(() => {
  folder = makeFolder();
  calls = 0;
});
afterEach(async () => {
  await watcher?.close();
  watcher = undefined;
  folder.remove();
});

async function start(names: string[], pollMs?: number) {
  watcher = watchFiles(
    names.map((name) => join(folder.path, name)),
    () => calls++,
    { debounceMs: 50, pollMs }
  );
  await watcher.ready;
}

/** Waits for the calls and a little longer: there must be no more. */
async function expectCalls(expected: number) {
  await waitFor(() => calls >= expected, { timeoutMs: 5000, what: `${expected} calls` });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(calls).toBe(expected);
}

test('a file that is written, replaced, removed, created again', async () => {
  const file = folder.write('onehertz.yml', 'a');
  await start(['onehertz.yml']);
  await expectCalls(0);
  writeFileSync(file, 'b');
  await expectCalls(1);
  // as editors do
  renameSync(folder.write('onehertz.yml~', 'c'), file);
  await expectCalls(2);
  unlinkSync(file);
  await expectCalls(3);
  writeFileSync(file, 'd');
  await expectCalls(4);
});

test('the same content again is not a change, and several writes in a row are one', async () => {
  const file = folder.write('onehertz.yml', 'a');
  await start(['onehertz.yml']);
  writeFileSync(file, 'a');
  folder.write('other.yml', 'b');
  await expectCalls(0);
  for (const content of ['b', 'c', 'd']) writeFileSync(file, content);
  await expectCalls(1);
});

test("Kubernetes' swap of the symbolic link ..data", async () => {
  const mount = (version: string, content: string) => {
    folder.write(`${version}/onehertz.yml`, content);
    symlinkSync(version, join(folder.path, '..data_tmp'));
    renameSync(join(folder.path, '..data_tmp'), join(folder.path, '..data'));
  };
  mount('..1', 'a');
  symlinkSync('..data/onehertz.yml', join(folder.path, 'onehertz.yml'));
  await start(['onehertz.yml']);
  mount('..2', 'b');
  rmSync(join(folder.path, '..1'), { recursive: true });
  await expectCalls(1);
  mount('..3', 'c');
  rmSync(join(folder.path, '..2'), { recursive: true });
  await expectCalls(2);
});

test('files of a pattern are added, changed and removed; others are ignored', async () => {
  mkdirSync(join(folder.path, 'targets'));
  await start(['onehertz.yml', 'targets/*.yml']);
  const file = folder.write('targets/a.yml', 'a');
  await expectCalls(1);
  folder.write('targets/b.json', 'a');
  folder.write('targets/.hidden.yml', 'a');
  await expectCalls(1);
  writeFileSync(file, 'b');
  await expectCalls(2);
  unlinkSync(file);
  await expectCalls(3);
});

test('a folder that does not exist yet', async () => {
  await start(['targets/*.yml'], 100);
  folder.write('targets/a.yml', 'a');
  await expectCalls(1);
});

test('a link to a file elsewhere that is rewritten there', async () => {
  const target = folder.write('elsewhere/real.yml', 'a');
  mkdirSync(join(folder.path, 'etc'));
  symlinkSync(target, join(folder.path, 'etc/onehertz.yml'));
  await start(['etc/onehertz.yml']);
  writeFileSync(target, 'b');
  await expectCalls(1);
});

test('the list of files is replaced', async () => {
  folder.write('a/one.yml', 'a');
  folder.write('b/two.yml', 'a');
  await start(['a/one.yml']);
  // a change just before the update is not lost
  folder.write('a/one.yml', 'b');
  await watcher!.update(['a/one.yml', 'b/two.yml'].map((name) => join(folder.path, name)));
  await expectCalls(1);
  folder.write('b/two.yml', 'b');
  await expectCalls(2);
  await watcher!.update([join(folder.path, 'b/two.yml')]);
  folder.write('a/one.yml', 'c');
  await expectCalls(2);
});

test('nothing is reported after close', async () => {
  const file = folder.write('onehertz.yml', 'a');
  await start(['onehertz.yml']);
  await watcher!.close();
  writeFileSync(file, 'b');
  await expectCalls(0);
});

test('after a close at any moment of its start it watches nothing', async () => {
  folder.write('onehertz.yml', 'a');
  const watched = () => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
  const before = watched();
  for (let turns = 0; turns < 40; turns++) {
    const closing = watchFiles([join(folder.path, 'onehertz.yml')], () => undefined);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    await closing.close();
  }
  await waitFor(() => watched() <= before, { timeoutMs: 5000, what: 'no folder that is still watched' });
});
