/** Pushes of exporters and frames for pages, with a running preview. */
import { once } from 'node:events';
import WebSocket from 'ws';
import { type Preview, startPreview } from '../server';
import { handshake, openPage, type PageClient } from './live-client';

const TOKEN = 'the-token';
const authorization = `Bearer ${TOKEN}`;
const MIB = 1_048_576;
const line = (seconds: number, fields: string, measurement = 'components') =>
  `${measurement},component=redis ${fields} ${seconds}000000000\n`;

let preview: Preview;
let page: PageClient;
let warnings: string[];

beforeEach(async () => {
  warnings = [];
  preview = await startPreview({ port: 0, token: TOKEN, warn: (message) => warnings.push(message) });
  page = await openPage(preview.url);
});

afterEach(async () => {
  page.close();
  await preview.close();
});

interface PushSettings {
  streamId?: string;
  query?: string;
  headers?: Record<string, string>;
}

function push(body: string, { streamId = 'onehertz', query = '', headers = { authorization } }: PushSettings = {}) {
  return fetch(`${preview.url}/api/live/push/${streamId}${query}`, { method: 'POST', headers, body });
}

describe('pages', () => {
  it('get a frame of each push for subscribed channels', async () => {
    page.subscribe('stream/onehertz/components');
    page.subscribe('stream/onehertz-1/summary');
    const answer = await push(line(1, 'up=1,status="healthy"') + line(1, 'total=1', 'summary'));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    await push(line(1, 'total=2', 'summary'), { streamId: 'onehertz-1' });
    expect(await page.frames(2)).toEqual([
      {
        channel: 'stream/onehertz/components',
        frame: {
          schema: {
            name: 'components',
            fields: [
              { name: 'labels', type: 'string', typeInfo: { frame: 'string' } },
              { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } },
              { name: 'status', type: 'string', typeInfo: { frame: 'string', nullable: true } },
              { name: 'up', type: 'number', typeInfo: { frame: 'float64', nullable: true } },
            ],
          },
          data: { values: [['component=redis'], [1000], ['healthy'], [1]] },
        },
      },
      expect.objectContaining({ channel: 'stream/onehertz-1/summary' }),
    ]);
  });

  it('get only rows while the schema is unchanged, and everything when it changes', async () => {
    page.subscribe('stream/onehertz/components');
    await push(line(1, 'up=1'));
    await push(line(2, 'up="NaN"'));
    await push(line(3, 'down=1'));
    const frames = (await page.frames(3)).map(({ frame }) => frame);
    expect(frames.map(({ schema }) => schema?.fields.at(-1)?.name)).toEqual(['up', undefined, 'down']);
    expect(frames.map(({ data }) => data.values[2])).toEqual([[1], [null], [1]]);
  });

  it('get only the last push of a channel when they subscribe later', async () => {
    await push(line(1, 'up=1'));
    await push(line(2, 'up=0') + line(2, 'up=1'));
    page.subscribe('stream/onehertz/components');
    const [received, ...more] = await page.frames(1);
    expect(received?.frame.schema?.name).toBe('components');
    expect(received?.frame.data.values.slice(1)).toEqual([
      [2000, 2000],
      [0, 1],
    ]);
    expect(more).toEqual([]);
  });

  it('get nothing of a channel after unsubscribing', async () => {
    page.subscribe('stream/onehertz/components');
    await push(line(1, 'up=1'));
    await page.frames(1);
    page.unsubscribe('stream/onehertz/components');
    // processed in order: when this has arrived, the other has been handled
    page.subscribe('stream/onehertz/components2');
    await push(line(1, 'up=1', 'components2'));
    await page.frames(2);
    await push(line(2, 'up=1'));
    await push(line(2, 'up=1', 'components2'));
    expect((await page.frames(3)).map(({ channel }) => channel.split('/')[2])).toEqual([
      'components',
      'components2',
      'components2',
    ]);
  });

  it('of other origins are rejected', async () => {
    const address = `${preview.url}/api/live/ws`;
    expect(await handshake(address, { origin: 'http://elsewhere.example' })).toBe(403);
    expect(await handshake(address, { origin: 'null' })).toBe(403);
    expect(await handshake(address, { origin: preview.url })).toBe(101);
  });

  it.each(['{', '[]', 'null', '{"subscribe":1}'])('that send %s are disconnected', async (message) => {
    page.socket.send(message);
    const [code] = (await once(page.socket, 'close')) as [number];
    expect(code).toBe(1003);
  });
});

describe('pushes over HTTP', () => {
  it.each<Record<string, string>>([{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${TOKEN}` }])(
    'with the headers %j are rejected',
    async (headers) => {
      const answer = await push(line(1, 'up=1'), { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual({ message: 'Invalid API key' });
    }
  );

  it('are rejected as a whole if a line cannot be parsed', async () => {
    page.subscribe('stream/onehertz/components');
    const answer = await push(`${line(1, 'up=1')}components up=\n`);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(warnings).toEqual([expect.stringMatching(/stream onehertz cannot be read: expected a value/)]);
    await push(line(2, 'up=1'));
    expect((await page.frames(1))[0]?.frame.data.values[1]).toEqual([2000]);
  });

  it('have one format', async () => {
    expect((await push(line(1, 'up=1'), { query: '?gf_live_frame_format=labels_column' })).status).toBe(200);
    expect((await push(line(1, 'up=1'), { query: '?gf_live_frame_format=other' })).status).toBe(400);
  });

  it('may have the size of a board of thousands, up to a limit', async () => {
    expect((await push(line(1, `details="${'x'.repeat(9 * MIB)}"`))).status).toBe(200);
    const answer = await push(line(1, `details="${'x'.repeat(10 * MIB)}"`));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({ message: 'request entity too large' });
  });

  it('have one endpoint', async () => {
    const request = { method: 'POST', headers: { authorization } };
    for (const path of ['/api/live/push', '/api/live/push/a/b', '/api/serviceaccounts'])
      expect((await fetch(`${preview.url}${path}`, request)).status).toBe(404);
  });
});

describe('pushes over a WebSocket', () => {
  const address = () => `${preview.url.replace('http', 'ws')}/api/live/push/onehertz`;

  async function connect(): Promise<WebSocket> {
    const socket = new WebSocket(address(), { headers: { authorization } });
    await once(socket, 'open');
    return socket;
  }

  it('require the token', async () => {
    expect(await handshake(address(), {})).toBe(401);
    expect(await handshake(address(), { authorization: 'Bearer wrong' })).toBe(401);
    expect(await handshake(address(), { authorization, origin: 'http://elsewhere.example' })).toBe(403);
  });

  it('reach pages, and invalid ones are dropped silently', async () => {
    page.subscribe('stream/onehertz/components');
    const socket = await connect();
    socket.send('components\n');
    socket.send(line(1, 'up=1'));
    // a ping is answered after all earlier messages are processed
    socket.ping('1');
    await once(socket, 'pong');
    expect(warnings).toHaveLength(1);
    expect((await page.frames(1))[0]?.frame.data.values[2]).toEqual([1]);
    socket.terminate();
  });

  it('end at a message of more than 1 MiB', async () => {
    const socket = await connect();
    socket.send(line(1, `details="${'x'.repeat(MIB)}"`));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });
});
