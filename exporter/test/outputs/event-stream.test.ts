import { readRuns, type RecentJson } from '@onehertz/contract';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { Board } from '../../src/board/board';
import { createStreamAdmission } from '../../src/http/access/stream-admission';
import { createSelfStatistics, type SelfStatistics } from '../../src/outputs/metrics/self';
import { createEventStream, type EventStream } from '../../src/outputs/stream/event-stream';
import { mergePatch } from '../../src/outputs/stream/messages';
import type { Target } from '../../src/probes';
import { down, THRESHOLDS, up } from '../board/support';
import { makeTarget } from '../probes/kit/helpers';
import { applyPatch } from './merge-patch';

type Message = {
  event: string;
  timestamp: string;
  data: Record<string, unknown> & { components: Record<string, Record<string, unknown>> };
};

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** A client that records all messages in order. */
async function connect(url: string, options: WebSocket.ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  const messages: Message[] = [];
  let wake = () => {};
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Message);
    wake();
  });
  await once(socket, 'open');
  return {
    socket,
    messages,
    /** The first `count` messages, waiting for them. */
    async first(count: number): Promise<Message[]> {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return messages.slice(0, count);
    },
  };
}

/** Until the server has flushed its writes: a reader that has not received everything counts as slow. */
const written = () => new Promise(setImmediate);

describe('event stream', () => {
  let server: Server;
  let board: Board;
  let self: SelfStatistics;
  let stream: EventStream;
  let admission: ReturnType<typeof createStreamAdmission>;
  let url: string;
  let components: Target[];
  const labelled = (target: Target): Target => ({ ...target, labels: { region: 'eu' } });
  const at = Date.parse('2026-03-01T12:00:00Z');

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/stream`;
    board = new Board(100);
    components = [
      makeTarget('redis', { url: 'redis://localhost' }),
      makeTarget('http', { name: 'backend', url: 'http://localhost' }),
      makeTarget('websdr', { name: 'sdr-1', url: 'http://localhost' }),
      { ...makeTarget('model_info', { name: 'model', url: 'http://localhost' }), interval: 30_000 },
    ];
    board.prepare({ components, flapping: THRESHOLDS }).apply();
    self = createSelfStatistics();
    admission = createStreamAdmission({
      corsOrigins: [],
      check: () => Promise.resolve(undefined),
      self,
      maxClients: 4,
    });
    stream = createEventStream({ server, board, self, admit: admission.admit, onSentAway: admission.sentAway });
  });
  afterEach(async () => {
    admission.close();
    await stream.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends the current snapshot to a new client first, then one per tick', async () => {
    board.apply('redis', up());
    const client = await connect(url);
    const [hello, receivers] = await client.first(2);
    expect(hello?.event).toBe('system:comprehensive_health');
    expect(Object.keys(hello?.data.components ?? {})).toEqual(['redis', 'backend', 'sdr-1', 'model']);
    expect(hello?.data.components.redis?.status).toBe('healthy');
    expect(receivers?.event).toBe('websdrs:health');
    await written();
    board.publish(at);
    await client.first(3);
    await written();
    board.publish(at + 1000);
    const ticks = (await client.first(4)).slice(2);
    expect(ticks.map(({ event, timestamp }) => [event, timestamp])).toEqual([
      ['system:comprehensive_health', '2026-03-01T12:00:00.000Z'],
      ['system:comprehensive_health', '2026-03-01T12:00:01.000Z'],
    ]);
    expect(Object.keys(ticks[0] ?? {})).toEqual(['event', 'timestamp', 'data']);
    client.socket.terminate();
  });

  it('tells a new client of the last minutes, once', async () => {
    board.apply('redis', up());
    board.publish(at);
    board.apply('redis', down());
    board.publish(at + 1000);
    for (const query of ['', '?format=delta']) {
      const client = await connect(`${url}${query}`);
      const [hello] = await client.first(2);
      const recent = hello?.data.components.redis?.recent as RecentJson;
      const statuses = readRuns(recent.statuses);
      expect(statuses.at(-1)?.status).toBe('unhealthy');
      expect(Date.parse(recent.until) % 1000).toBe(0);
      await written();
      board.publish(at + 2000);
      board.apply('redis', up());
      const later = (await client.first(4)).slice(2);
      expect(later.map(({ event }) => event)).toEqual(['system:comprehensive_health', 'service:health']);
      for (const message of later) expect(JSON.stringify(message)).not.toContain('"recent"');
      client.socket.terminate();
      board.apply('redis', down());
    }
  });

  it('sends a change immediately: service:health for components, websdrs:health for receivers', async () => {
    const client = await connect(`${url}?events=service:health,websdrs:health`);
    await client.first(1);
    board.apply('redis', down('connection refused'));
    board.apply('sdr-1', up());
    const [, redis, receivers] = await client.first(3);
    expect(redis).toMatchObject({
      event: 'service:health',
      data: { service: 'redis', status: 'unhealthy', error: 'connection refused', type: 'cache' },
    });
    expect(receivers).toMatchObject({
      event: 'websdrs:health',
      data: { health_status: { 'sdr-1': { status: 'healthy' } } },
    });
    board.publish(at);
    board.apply('redis', up());
    // the receivers' round is published with the tick, the snapshot is filtered out
    expect((await client.first(5)).slice(3).map(({ event }) => event)).toEqual(['websdrs:health', 'service:health']);
    client.socket.terminate();
  });

  it('keeps snapshots small: no message while healthy, details of slower components only with their probes', async () => {
    board.apply('redis', up({ message: 'fine', details: { clients: 3 } }));
    board.apply('model', up({ message: 'fine', details: { accuracy_ratio: 0.9 } }));
    const client = await connect(`${url}?events=system:comprehensive_health,service:health`);
    const [hello] = await client.first(1);
    expect(hello?.data.components.redis).toMatchObject({ message: 'fine', clients: 3 });
    expect(hello?.data.components.model).toMatchObject({ message: 'fine', accuracy_ratio: 0.9 });
    await written();
    board.publish(at);
    await client.first(3);
    await written();
    board.apply('redis', up({ status: 'warning', message: 'disk full' }));
    board.publish(at + 1000);
    const [probed, brief, changed, next] = (await client.first(5)).slice(1);
    expect(brief?.data.components.redis).toMatchObject({ status: 'healthy', clients: 3 });
    expect(brief?.data.components.redis).not.toHaveProperty('message');
    expect(brief?.data.components.model).not.toHaveProperty('accuracy_ratio');
    expect(probed).toMatchObject({ event: 'service:health', data: { service: 'model', accuracy_ratio: 0.9 } });
    expect(changed).toMatchObject({ event: 'service:health', data: { service: 'redis' } });
    expect(next?.data.components.redis).toMatchObject({ status: 'warning', message: 'disk full' });
    client.socket.terminate();
  });

  it('sends only changes to a delta client, as merge patches that rebuild the snapshot', async () => {
    const full = await connect(`${url}?events=system:comprehensive_health`);
    const delta = await connect(`${url}?events=system:comprehensive_health&format=delta`);
    await Promise.all([full.first(1), delta.first(1)]);
    await written();
    for (let i = 0; i < 25; i++) {
      board.apply('redis', i % 3 ? up({ responseTimeMs: i }) : down(`refused ${i}`));
      // one component is removed, and one gets other labels
      if (i === 14) board.prepare({ components: components.slice(0, 3).map(labelled), flapping: THRESHOLDS }).apply();
      board.publish(at + i * 1000);
      await Promise.all([full.first(i + 2), delta.first(i + 2)]);
      await written();
    }
    const snapshots = await full.first(26);
    const deltas = await delta.first(26);
    let rebuilt: Record<string, Record<string, unknown>> = {};
    deltas.forEach((message, i) => {
      rebuilt = message.data.delta ? applyPatch(rebuilt, message.data.components) : message.data.components;
      expect(rebuilt).toEqual(snapshots[i]?.data.components);
    });
    const patches = deltas.filter(({ data }) => data.delta);
    expect(patches.length).toBeGreaterThan(20);
    expect(deltas.length - patches.length).toBeGreaterThanOrEqual(3);
    const brief = patches.filter(({ data }) => !('backend' in data.components));
    expect(brief).toHaveLength(patches.length - 1);
    full.socket.terminate();
    delta.socket.terminate();
  });

  it.each([true, false])(
    'does not buffer for a slow reader, and sends it the newest snapshot later; compressed: %s',
    async (perMessageDeflate) => {
      const slow = await connect(`${url}?events=system:comprehensive_health`, { perMessageDeflate });
      const other = await connect(`${url}?events=system:comprehensive_health`, { perMessageDeflate });
      await Promise.all([slow.first(1), other.first(1)]);
      slow.socket.pause();
      let published = 0;
      // until the kernel's buffers are full, and well beyond
      for (; self.streamSkipped < 20 && published < 500; published++) {
        // longer than what a probe may say
        const text = `${published} ${randomBytes(150_000).toString('hex')}`;
        board.apply('redis', { ...up(), details: { text } });
        board.publish(at + published * 1000);
        await other.first(published + 2);
        await written();
      }
      expect(self.streamSkipped).toBe(20);
      slow.socket.resume();
      const sent = 1 + published - self.streamSkipped;
      await slow.first(sent);
      await written();
      board.publish(at + published * 1000);
      const last = (await slow.first(sent + 1)).at(-1);
      expect(last?.data.components.redis?.text).toContain(`${published - 1} `);
      for (const { socket } of [slow, other]) socket.terminate();
    }
  );

  describe('compression', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => makeTarget('http', { name: `service-${i}`, url: 'http://localhost' }));
    const received = ({ socket }: { socket: WebSocket }) =>
      (socket as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;

    it.each([100, 400])(
      'saves most of the bytes for clients that support it, with equal content: %d components',
      async (n) => {
        board.prepare({ components: many(n), flapping: THRESHOLDS }).apply();
        const options = [{}, { perMessageDeflate: { serverMaxWindowBits: 12 } }, { perMessageDeflate: false }];
        const clients = await Promise.all(
          options.map((one) => connect(`${url}?events=system:comprehensive_health`, one))
        );
        await Promise.all(clients.map((client) => client.first(1)));
        await written();
        board.publish(at);
        const messages = await Promise.all(clients.map((client) => client.first(2)));
        expect(messages[0]).toEqual(messages[2]);
        expect(messages[1]).toEqual(messages[2]);
        expect(Object.keys(messages[0]?.[1]?.data.components ?? {})).toHaveLength(n);
        const [usual = NaN, small = NaN, none = NaN] = clients.map(received);
        expect(Math.max(usual, small)).toBeLessThan(none / 5);
        clients.forEach(({ socket }) => socket.terminate());
      }
    );

    it('is not used for clients with too small a window', async () => {
      const client = await connect(url, { perMessageDeflate: { serverMaxWindowBits: 9 } });
      expect(client.socket.extensions).toBe('');
      expect((await client.first(1))[0]?.event).toBe('system:comprehensive_health');
      client.socket.terminate();
    });

    it('does not send a change before the preceding snapshot', async () => {
      board.prepare({ components: many(400), flapping: THRESHOLDS }).apply();
      const client = await connect(url);
      await client.first(2);
      for (let i = 0; i < 20; i++) {
        board.apply('service-7', up());
        board.publish(at + i * 1000);
        board.apply('service-7', down());
        const said = (await client.first(5 + 3 * i)).slice(-3);
        await written();
        const status = ({ data }: Message) => data.status ?? data.components['service-7']?.status;
        expect(said.map(status)).toEqual(['healthy', 'healthy', 'unhealthy']);
      }
      client.socket.terminate();
    });
  });

  it.each(['full', 'delta'])(
    'loses no event while the snapshot for a new client is generated, and sends none before it: %s',
    async (format) => {
      const names = Array.from({ length: 3000 }, (_, i) => `service-${i}`);
      const configure = (all: string[], of: string) => {
        const more = (name: string) => ({ name, url: 'http://localhost', display_name: `${name} of ${of}` });
        board.prepare({ components: all.map((name) => makeTarget('http', more(name))), flapping: THRESHOLDS }).apply();
      };
      configure(names, 'yesterday');
      names.forEach((name) => board.apply(name, up()));
      const connecting = connect(`${url}?format=${format}`);
      while (self.streamClients === 0) await written();
      for (let turn = 0; turn < 200; turn++) {
        board.apply(`service-${(turn * 7) % 1400}`, turn % 2 === 0 ? down() : up({ status: 'degraded' }));
        // once each, and soon: later ones would hide a loss
        if (turn === 1) configure(names.slice(0, 2900), 'today');
        if (turn === 2) board.publish(at);
        await written();
      }
      const { socket, messages } = await connecting;
      board.apply('service-0', up({ message: 'the end' }));
      await new Promise<void>((resolve) =>
        socket.on('message', () => messages.at(-1)?.data.message === 'the end' && resolve())
      );
      expect(messages[0]?.event).toBe('system:comprehensive_health');
      expect(messages[0]?.data.delta).toBeUndefined();
      const seen = (shown: Record<string, unknown>) => `${String(shown.display_name)}: ${String(shown.status)}`;
      let told: Record<string, string> = {};
      for (const { event, data } of messages) {
        if (event === 'service:health') told[String(data.service)] = seen(data);
        // there may also be a full one for a tick
        else if (event === 'system:comprehensive_health')
          told = Object.fromEntries(Object.entries(data.components).map(([name, shown]) => [name, seen(shown)]));
      }
      const now = Array.from(board.states(), ({ target, status }) => ({ ...target, status }));
      expect(told).toEqual(Object.fromEntries(now.map((state) => [state.name, seen(state)])));
      expect(self.streamSkipped).toBe(0);
      socket.terminate();
    }
  );

  it('sends the whole initial snapshot, however slowly the client reads', async () => {
    // more than the kernel's buffers hold
    board.apply('sdr-1', { ...up(), details: { text: 'x'.repeat(16_000_000) } });
    const client = await connect(url, { perMessageDeflate: false });
    const first = await client.first(2);
    expect(first.map(({ event }) => event)).toEqual(['system:comprehensive_health', 'websdrs:health']);
    client.socket.terminate();
  });

  it('counts its clients', async () => {
    const clients = await Promise.all([connect(url), connect(url)]);
    expect(self.streamClients).toBe(2);
    const closed = Promise.all(clients.map(({ socket }) => once(socket, 'close')));
    clients.forEach(({ socket }) => socket.close());
    await closed;
    while (self.streamClients > 0) await new Promise(setImmediate);
  });

  it.each([
    ['/api/v1/nothing', {}, 404],
    ['/api/v1/stream?format=xml', {}, 400],
    ['/api/v1/stream?events=unheard:of', {}, 400],
    ['/api/v1/stream', { origin: 'http://evil.example' }, 403],
  ])('rejects %s %j with %d', async (path, options, status) => {
    const socket = new WebSocket(new URL(path, url), options);
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      { statusCode: number; resume(): void },
    ];
    expect(response.statusCode).toBe(status);
    response.resume();
    socket.terminate();
  });

  it('rejects an invalid request target, and continues', async () => {
    for (const target of ['//', 'http://[', '*', '/%']) {
      const request = get({ host: '127.0.0.1', port: new URL(url).port, path: target, headers: UPGRADE });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(404);
      response.resume();
    }
    const client = await connect(url);
    client.socket.terminate();
  });

  it('accepts no more clients than allowed', async () => {
    const clients = await Promise.all([1, 2, 3, 4].map(() => connect(url)));
    const request = get({ host: '127.0.0.1', port: new URL(url).port, path: '/api/v1/stream', headers: UPGRADE });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
    expect(JSON.parse(await text(response))).toEqual({
      error: 'there are 4 streams already; see --web.max-connections',
    });
    clients.forEach(({ socket }) => socket.terminate());
  });

  it.each(['message', 'ping'] as const)(
    'disconnects a client that floods it with %ss, and serves the others',
    async (kind) => {
      const [loud, quiet] = await Promise.all([connect(url), connect(url)]);
      await quiet.first(2);
      // as many as allowed
      for (let i = 0; i < 150; i++) quiet.socket.send('{"ping":1}');
      const closed = once(loud.socket, 'close') as Promise<[number, Buffer]>;
      loud.socket.on('error', () => undefined);
      let sent = 0;
      // of pings, no more than ws takes at once
      const burst = kind === 'ping' ? 10 : 1000;
      const flood = setInterval(() => {
        for (let i = 0; i < burst && loud.socket.readyState === WebSocket.OPEN; i++, sent++) {
          if (kind === 'ping') loud.socket.ping();
          else loud.socket.send('x');
        }
      }, 1);
      const [code, reason] = await closed;
      clearInterval(flood);
      expect([code, reason.toString()]).toEqual([1008, 'more than 150 messages in 15 s']);
      expect(sent).toBeGreaterThan(150);
      expect(self.requestsRefused.messages).toBe(1);
      while (self.streamClients > 1) await new Promise(setImmediate);
      // a snapshot is skipped while it has not read the previous one
      while (quiet.messages.length < 3) {
        board.publish(at);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      quiet.socket.terminate();
    }
  );

  it.each([
    ['pongs', [0x8a, 0x80, 1, 2, 3, 4]],
    ['pings', [0x89, 0x80, 1, 2, 3, 4]],
    ['empty messages', [0x81, 0x80, 1, 2, 3, 4]],
    ['empty pieces of a message', [0x00, 0x80, 1, 2, 3, 4]],
  ])(
    'sends away who sends %s without end, and lets nobody of that address come again and again',
    async (_kind, frame) => {
      const flood = Buffer.concat([
        Buffer.from([0x01, 0x80, 1, 2, 3, 4]),
        ...Array<Buffer>(20_000).fill(Buffer.from(frame)),
      ]);
      const [, port = ''] = /:(\d+)/.exec(url) ?? [];
      for (let i = 1; i <= 10; i++) {
        const request = get({ host: '127.0.0.1', port, path: '/api/v1/stream', headers: UPGRADE });
        const [, socket] = (await once(request, 'upgrade')) as [IncomingMessage, Socket];
        socket.on('error', () => undefined).resume();
        socket.write(flood);
        await once(socket, 'close');
        expect(self.requestsRefused.messages).toBe(i);
      }
      const request = get({ host: '127.0.0.1', port, path: '/api/v1/stream', headers: UPGRADE });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect([response.statusCode, Number(response.headers['retry-after']) > 30]).toEqual([429, true]);
      response.resume();
    }
  );

  it('says goodbye to its clients when the exporter stops, also to one that does not read', async () => {
    const [polite, deaf] = await Promise.all([connect(url), connect(url)]);
    deaf.socket.pause();
    const goodbye = once(polite.socket, 'close') as Promise<[number]>;
    await stream.close();
    expect((await goodbye)[0]).toBe(1001);
    expect(self.streamClients).toBe(0);
    deaf.socket.terminate();
  });
});

describe('merge patch', () => {
  // null removes a key in a patch, and __proto__ is never read from details
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/null|__proto__/.test(JSON.stringify(value)));
  const object = fc
    .dictionary(fc.constantFrom('a', 'b', 'toString'), json)
    .map((value) => JSON.parse(JSON.stringify(value)) as typeof value);

  it('converts one to the other', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(applyPatch(before, mergePatch(before, after) ?? {})).toEqual(after);
      })
    );
    fc.assert(fc.property(object, (same) => expect(mergePatch(same, structuredClone(same))).toBeUndefined()));
  });

  it('contains only what changed', () => {
    const before = { x: 1, y: [1], z: 1, of: { one: 1, two: 2 } };
    const after = { x: 2, y: [1], of: { one: 1, two: 3 } };
    expect(mergePatch(before, after)).toEqual({ x: 2, z: null, of: { two: 3 } });
  });
});
