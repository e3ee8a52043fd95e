/** Since when a component is up or down survives a restart of the exporter, where it has a state file. */
import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { componentJson } from '../src/board/component-json';
import { LONGEST_GAP_MS, readMemory, stillTrue, writeMemory } from '../src/board/memory';
import { createExporter, type Exporter } from '../src/exporter';
import { makeFolder } from './config/helpers';
import { recordingLog } from './probes/kit/helpers';

const folder = makeFolder();
const stateFile = join(folder.path, 'deep', 'state.json');
let server: Server;
let port: number;
const exporters: Exporter[] = [];

beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(exporters.splice(0).map((exporter) => exporter.close()));
  rmSync(join(folder.path, 'deep'), { recursive: true, force: true });
});
afterAll(() => {
  server.close();
  folder.remove();
});

async function start(file?: string) {
  const components = [
    { name: 'there', probe: 'tcp', address: `127.0.0.1:${port}` },
    { name: 'gone', probe: 'tcp', address: '127.0.0.1:1' },
  ];
  const loaded = await folder.load(JSON.stringify({ components }));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { log, text } = recordingLog();
  const exporter = createExporter({ config: loaded.config, log, version: '1', stateFile: file });
  exporters.push(exporter);
  exporter.start();
  const json = (name: string) => componentJson(exporter.board.get(name)!, exporter.board);
  await waitFor(() => exporter.board.ready && json('there').status === 'healthy' && json('gone').status !== 'unknown', {
    timeoutMs: 15_000,
    what: 'both to be known',
  });
  return { exporter, json, log: text };
}

it('shows "at least" if the beginning was not observed, and no longer once it was', async () => {
  const { json } = await start();
  expect(json('there')).toMatchObject({ status: 'healthy', since_at_least: true });
  expect(json('gone')).toMatchObject({ status: 'unhealthy', since_at_least: true });
});

it.each(['stopped', 'killed'])('continues after an exporter that was %s', async (how) => {
  const first = await start(stateFile);
  const before = [first.json('there').since, first.json('gone').since];
  if (how === 'stopped') await exporters.pop()?.close();
  else
    await waitFor(() => existsSync(stateFile) && readMemory(readFileSync(stateFile, 'utf8'))?.standings.size === 2, {
      timeoutMs: 10_000,
      what: 'the file to be written',
    });
  const { json } = await start(stateFile);
  expect([json('there').since, json('gone').since]).toEqual(before);
});

it('starts with a damaged file, and logs it once', async () => {
  await start(stateFile);
  await exporters.pop()?.close();
  const good = readFileSync(stateFile, 'utf8');
  const damages: [what: string, damage: () => void][] = [
    ['cut', () => writeFileSync(stateFile, good.slice(0, -9))],
    ['empty', () => writeFileSync(stateFile, '')],
    ['another format', () => writeFileSync(stateFile, good.replace('"format":1', '"format":2'))],
    ['no JSON', () => writeFileSync(stateFile, Buffer.from([0, 255, 254]))],
    ['huge', () => truncateSync(stateFile, 200 * 2 ** 20)],
    ['a folder', () => (rmSync(stateFile), mkdirSync(stateFile))],
  ];
  for (const [what, damage] of damages) {
    damage();
    const { json, log } = await start(stateFile);
    expect([what, log()]).toEqual([what, expect.stringContaining('the state file is ignored')]);
    expect(json('there')).toMatchObject({ status: 'healthy', since_at_least: true });
    await Promise.all(exporters.splice(0).map((exporter) => exporter.close()));
  }
  // a folder at the path of the file
  expect(readFileSync(`${stateFile}.new`, 'utf8')).toMatch(/"format":1/);
});

it('ignores invalid, outdated, future and obsolete entries', () => {
  const entry = (value: unknown) => readMemory(JSON.stringify({ format: 1, at: 10_000, components: { a: value } }));
  for (const bad of [
    null,
    [],
    ['up', 1, 1, true],
    ['unknown', 1, 1, true],
    ['healthy', 20_000, 1, true],
    ['healthy', 1, 2, true],
    ['healthy', '1', 1, true],
  ])
    expect([bad, entry(bad)?.standings.size]).toEqual([bad, 0]);
  const was = entry(['degraded', 5000, 1000, false])?.standings.get('a');
  expect(stillTrue(was, 'degraded', 11_000)).toEqual({ since: 5000, standingSince: 1000, sinceAtLeast: false });
  expect(stillTrue(was, 'healthy', 11_000)).toEqual({ since: 11_000, standingSince: 1000, sinceAtLeast: false });
  expect(stillTrue(was, 'unhealthy', 11_000)).toBeUndefined();
  expect(stillTrue(was, 'degraded', 9000)).toBeUndefined();
  expect(stillTrue(was, 'degraded', 10_001 + LONGEST_GAP_MS)).toBeUndefined();
  expect(readMemory(writeMemory([], 1))?.standings.size).toBe(0);
});
