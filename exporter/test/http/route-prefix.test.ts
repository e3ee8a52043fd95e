/** `--web.route-prefix` and `--web.external-url`: all paths begin with the prefix, and so does the stream. */
import { startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { makeFolder } from '../config/helpers';

/** The scripts of the pages: each is served, as a page loads those that another one imports. */
const WEB = join(__dirname, '..', '..', 'web');

jest.setTimeout(30_000);

const folder = makeFolder();
let exporter: RunningServer;

async function start(...flags: string[]): Promise<string> {
  const config = folder.write(
    'onehertz.yml',
    JSON.stringify({ components: [{ name: 'gone', probe: 'tcp', address: '127.0.0.1:1' }] })
  );
  exporter = await startNode({
    name: 'exporter',
    script: join(__dirname, '..', '..', 'dist', 'cli.js'),
    args: (port) => [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, ...flags],
    portless: true,
  });
  const [, port] = await waitFor(() => /address=127\.0\.0\.1:(\d+)/.exec(exporter.output()), {
    timeoutMs: 10_000,
    what: 'the exporter',
  });
  return `127.0.0.1:${port}`;
}
afterEach(() => exporter.stop());
afterAll(() => folder.remove());

test.each([['--web.route-prefix=/status/onehertz'], ['--web.external-url=https://example.org/status/onehertz/']])(
  '%s',
  async (flag) => {
    const host = await start(flag);
    const prefix = '/status/onehertz';
    const get = (path: string) => fetch(`http://${host}${path}`, { redirect: 'manual' });
    for (const entry of ['/', prefix]) {
      const { status, headers } = await get(entry);
      expect([status, headers.get('location')]).toEqual([302, `${prefix}/`]);
    }
    const modules = readdirSync(WEB).flatMap((name) => /^([a-z-]+)\.ts$/.exec(name)?.[1] ?? []);
    expect(modules).toEqual(expect.arrayContaining(['board', 'wall']));
    for (const path of [
      ...['/', '/metrics', '/-/healthy', '/api/v1/components', '/board', '/wall', '/wall/board', '/assets/wall.css'],
      ...modules.map((name) => `/assets/${name}.js`),
    ])
      expect([path, (await get(prefix + path)).status]).toEqual([path, 200]);
    const { status, headers } = await get(`${prefix}/wall/`);
    expect([status, headers.get('location')]).toEqual([301, '../wall']);
    const elsewhere = await get('/metrics');
    expect([elsewhere.status, await elsewhere.json()]).toEqual([
      404,
      { error: `not found: /metrics; all paths begin with ${prefix}` },
    ]);
    const stream = new WebSocket(`ws://${host}${prefix}/api/v1/stream`);
    const [message] = (await once(stream, 'message')) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({ event: 'system:comprehensive_health' });
    stream.close();
    const refused = new WebSocket(`ws://${host}/api/v1/stream`);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('404');
  }
);

test('without either, paths have no prefix', async () => {
  const host = await start();
  expect((await fetch(`http://${host}/metrics`)).status).toBe(200);
});
