/** The reason for every probe and every kind of network failure; rejections by servers are tested with each probe. */
import type { FailureReason } from '@onehertz/contract';
import { freePort } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createProbe } from '../src/probes';
import { createRunner, type CompletedProbe } from '../src/schedule/runner';
import { FAULT_ROWS } from './faults/probes';
import type { Fields } from './faults/rows';
import type { Servers } from './faults/servers';
import { makeTarget, silentContext } from './probes/kit/helpers';

const sockets = new Set<Socket>();
const listeners: Server[] = [];
let ports: Record<'refused' | 'silent' | 'closing' | 'foreign', number>;

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  listeners.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Ends with `answer` when it is asked, or when nobody asks: some clients wait for the server's first word. */
function answering(answer = ''): (socket: Socket) => void {
  return (socket) => {
    const end = () => {
      clearTimeout(timer);
      socket.removeAllListeners('data').end(answer);
    };
    const timer = setTimeout(end, 100);
    socket.once('data', end);
  };
}

beforeAll(async () => {
  ports = {
    refused: await freePort(),
    silent: await listen((socket) => void socket.resume()),
    closing: await listen(answering()),
    foreign: await listen(answering('220 mail.example.org ESMTP\r\n')),
  };
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of listeners) server.close();
});

/** The first result, as the exporter sees it. */
async function firstResult({ probe, ...fields }: Fields): Promise<CompletedProbe> {
  const target = makeTarget(probe, { ...fields, timeout: '800ms' });
  const results: CompletedProbe[] = [];
  const runner = createRunner({
    probe: createProbe(target, silentContext()),

    timeoutMs: target.timeout,
    onResult: (result) => results.push(result),
  });
  await runner.run();
  await runner.close();
  return results[0] as CompletedProbe;
}

/** Placeholders for settings that a configuration requires. */
const none = { s3: { accessKey: 'nobody', secretKey: 'nothing' } } as Servers;

describe.each(FAULT_ROWS)('$title', ({ plain, tls }) => {
  test.each([
    ['refused', ['refused']],
    ['silent', ['timeout']],
    ['closing', ['closed']],
    ['foreign', ['protocol', 'closed', 'other']],
  ] as [keyof typeof ports, FailureReason[]][])('%s', async (kind, expected) => {
    const { status, reason, error } = await firstResult(plain(ports[kind], none));
    expect({ status, error, reason }).toMatchObject({ status: 'unhealthy' });
    if (tls && kind !== 'refused' && kind !== 'silent') expect(['tls', 'closed']).toContain(reason);
    else expect({ error, reason, is: expected.includes(reason ?? 'other') }).toMatchObject({ is: true });
  });

  test('a name that does not exist', async () => {
    const fields = JSON.parse(
      JSON.stringify(plain(ports.refused, none)).replace(/127\.0\.0\.1|localhost/g, 'nobody.invalid')
    ) as Fields;
    expect(await firstResult(fields)).toMatchObject({ reason: 'dns' });
  });
});
