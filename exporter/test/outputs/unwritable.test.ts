/** Whatever a component says, the others are in every output, and what was left out is said. */
import { parseObject } from '@onehertz/contract';
import { waitFor } from '@onehertz/demo';
import fc from 'fast-check';
import { once } from 'node:events';
import WebSocket from 'ws';
import { createLiveWriter } from '../../src/outputs/grafana-live/lines/live-writer';
import { completed, up } from '../board/support';
import { makeFolder } from '../config/helpers';
import { ask, startExporter, type RunningExporter } from '../http/web-support';

const folder = makeFolder();
let running: RunningExporter;
const components = `
  - { name: hostile, probe: redis, url: "redis://127.0.0.1:1", interval: 1h, timeout: 1s }
  - { name: fine, probe: redis, url: "redis://127.0.0.1:1", interval: 1h, timeout: 1s }
`;
beforeEach(async () => {
  running = await startExporter(folder, undefined, { config: await folder.good(`components: ${components}`) });
  const { board } = running.exporter;
  await waitFor(
    () => board.get('hostile')?.last !== undefined && board.get('fine')?.last !== undefined && board.ready,
    { what: 'the first round', timeoutMs: 10_000 }
  );
});
afterEach(() => running.close());
afterAll(() => folder.remove());

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const noText = { toString: 1 };
const SECRET = 'what-nobody-may-see';

/** As it comes from a library that believed its server. */
const hostile = (more: object) => completed({ status: 'healthy', responseTimeMs: 1, ...more });

it.each<[string, object]>([
  ['an object as its version', { version: noText }],
  ['an object as its message and error', { message: noText, error: noText }],
  ['no number as its response time', { responseTimeMs: NaN }],
  ['an object as a gauge', { gauges: [{ name: 'component_redis_connected_clients', value: noText }] }],
  ['a detail within itself', { details: { circle } }],
  [
    'a detail that says itself how it is written',
    {
      details: {
        a: {
          toJSON: () => {
            throw new Error(SECRET);
          },
        },
      },
    },
  ],
  [
    'a detail that cannot be read',
    {
      details: {
        get a() {
          throw new Error('no');
        },
      },
    },
  ],
  ['a number that JSON has not', { details: { size_bytes: Infinity, big: 1n } }],
])('a component with %s', async (_what, more) => {
  const { exporter, port, log } = running;
  const { board } = exporter;
  board.apply('fine', up({ details: { note: 'well' } }));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream`);
  await once(socket, 'message');
  board.apply('hostile', hostile(more));
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  board.publish(Date.now());
  await waitFor(() => messages.some((text) => text.includes('system:comprehensive_health')), {
    what: 'a snapshot',
    timeoutMs: 10_000,
  });
  socket.terminate();
  const texts = [messages.at(-1) ?? ''];
  for (const path of [
    '/metrics',
    '/api/v1/components',
    '/api/v1/components/hostile',
    '/api/v1/export.csv',
    '/board',
    '/',
  ]) {
    const { status, body } = await ask(port, path);
    expect([path, status]).toEqual([path, 200]);
    if (!path.endsWith('hostile')) expect(body).toContain('fine');
    texts.push(body);
  }
  for (const format of ['rows', 'compact'] as const)
    texts.push([...createLiveWriter(board, format).tick(0).values()].flat().join('\n'));
  for (const text of texts.filter((_, i) => i !== 3)) expect(text).toMatch(/fine/);
  expect(texts.join()).not.toContain('[object');
  expect(parseObject(texts[3] ?? '')?.['left_out']).toEqual(expect.arrayContaining([expect.any(String)]));
  expect((await ask(port, '/metrics')).body).toMatch(/^onehertz_values_left_out_total [1-9]/m);
  expect(log()).toMatch(/left out, as it cannot be written/);
  expect(log() + texts.join()).not.toContain(SECRET);
});

it('passes on what can be written as it is, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withObjectString: true, withNullPrototype: true }),
      fc.anything(),
      (details, version) => {
        const result = hostile({ details: { details }, version });
        const text = JSON.stringify(result);
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
        if (typeof version === 'string' && /^[\x20-\x7e]{0,60}$/.test(version)) expect(result.version).toBe(version);
        // `undefined` says nothing, everything else is shown or reported
        const isTold = version === undefined || typeof version === 'string';
        if (!isTold) expect(result.leftOut).toContainEqual({ what: 'version', why: 'is not text' });
      }
    )
  );
  const details = { a: [1, 'b', null, { c: true }] };
  const good = completed({ status: 'healthy', version: '1', connectMs: 2, details });
  expect(good).toMatchObject({ version: '1', connectMs: 2 });
  expect(good.details).toBe(details);
  expect(good.leftOut).toBeUndefined();
});

it('goes on when an output fails at a component or an event, and says so', async () => {
  const { exporter, port, log } = running;
  const { board } = exporter;
  board.apply('fine', up());
  board.prependListener('result', () => {
    throw new Error('this listener is broken');
  });
  board.apply('hostile', up());
  // what no probe can say any more, but an output may still stumble over
  Object.defineProperty(board.get('hostile')?.last, 'version', {
    get: () => {
      throw new Error('unreadable');
    },
  });
  board.publish(Date.now());
  const { body, status } = await ask(port, '/api/v1/components');
  expect([status, JSON.parse(body)]).toEqual([
    200,
    expect.objectContaining({
      components: {
        fine: expect.objectContaining({ status: 'healthy' }) as unknown,
        hostile: expect.objectContaining({ left_out: ['everything else'] }) as unknown,
      },
    }),
  ]);
  expect((await ask(port, '/metrics')).body).toMatch(/component_up\{component="fine".*\} 1/);
  expect((await ask(port, '/board')).body).toContain('What it reported cannot be shown');
  expect(log()).toContain('this listener is broken');
  expect(log()).toContain('unreadable');
});

it('logs an answer that cannot be made', async () => {
  const { exporter, port, log } = running;
  Object.defineProperty(exporter.board, 'kinds', {
    get: () => {
      throw new Error('no kinds');
    },
  });
  expect((await ask(port, '/api/v1/components')).status).toBe(500);
  expect(log()).toMatch(/request failed.*|no kinds/);
  expect((await ask(port, '/metrics')).status).toBe(200);
});
