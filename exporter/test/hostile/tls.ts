/** Hostile servers over TLS: certificates that are as large as the protocol takes, handshakes that do not end. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { repeated, sendForever, type Attack } from './twin';

interface Pair {
  cert: string;
  key: string;
}

/** Certificates that sign themselves, with these alternative names. */
function makePair(names: readonly string[], subject = '/CN=x'): Pair {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-tls-'));
  try {
    const settings = join(directory, 'settings');
    writeFileSync(
      settings,
      `[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\nsubjectAltName=@names\n[names]\n${names.join('\n')}\n`
    );
    const files = ['-keyout', 'key', '-out', 'cert', '-config', settings, '-subj', subject];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...files], { cwd: directory, stdio: 'pipe' });
    const read = (file: string) => readFileSync(join(directory, file), 'utf8');
    return { cert: read('cert'), key: read('key') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const serveTls = (options: TlsOptions, act: (socket: Socket) => void): Attack['serve'] => {
  const server = createServer(options, act);
  server.on('tlsClientError', () => undefined);
  return (socket) => void server.emit('connection', socket);
};

const answerHttp = (socket: Socket) =>
  void socket
    .on('error', () => undefined)
    .on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"status":"ok"}'));

/** One server, watched as a port, as a service, and as databases and brokers that speak TLS from the first byte. */
function onEach(name: string, serve: Attack['serve'], up: { port?: boolean; http?: boolean } = {}): Attack[] {
  const tls = { tls: { insecure: true } };
  return [
    {
      name: `tls-port-${name}`,
      component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}`, ...tls }),
      serve,
      isUp: up.port,
    },
    {
      name: `tls-port-checked-${name}`,
      component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}`, tls: true }),
      serve,
    },
    {
      name: `tls-http-${name}`,
      component: (port) => ({ probe: 'http', url: `https://127.0.0.1:${port}`, ...tls }),
      serve,
      isUp: up.http,
    },
    {
      name: `tls-http-checked-${name}`,
      component: (port) => ({ probe: 'http', url: `https://127.0.0.1:${port}` }),
      serve,
    },
    { name: `tls-redis-${name}`, component: (port) => ({ probe: 'redis', url: `rediss://127.0.0.1:${port}` }), serve },
    { name: `tls-amqp-${name}`, component: (port) => ({ probe: 'rabbitmq', url: `amqps://127.0.0.1:${port}` }), serve },
  ];
}

/** Made when it is asked for: openssl takes a moment. */
export function tlsAttacks(): readonly Attack[] {
  // what a client takes of certificates is 100 kB (SSL_CTX_set_max_cert_list)
  const names = Array.from({ length: 3500 }, (_, index) => `DNS.${index + 1}=a${index}.example.com`);
  const quoted = Array.from({ length: 1500 }, (_, index) => `URI.${index + 1}=http://x/"${index},DNS:"`);
  const usual = makePair(['IP.1=127.0.0.1']);
  const certificate = (name: string, pair: Pair) =>
    onEach(name, serveTls(pair, answerHttp), { port: true, http: true });
  const chain = { ...usual, cert: Array<string>(60).fill(usual.cert).join('\n') };
  return [
    ...certificate('many-names', makePair(names)),
    ...certificate('quoted-names', makePair(quoted)),
    ...certificate(
      'long-subject',
      makePair(['IP.1=127.0.0.1'], `/CN=x${'/OU=\u202eyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'.repeat(800)}`)
    ),
    ...certificate('long-chain', chain),
    ...onEach('records', (socket) =>
      sendForever(socket, Buffer.concat([Buffer.from([0x16, 3, 3, 0x40, 0]), Buffer.alloc(0x4000)]))
    ),
    ...onEach('warnings', (socket) =>
      sendForever(socket, Buffer.from(repeated('\u0015\u0003\u0003\u0000\u0002\u0001\u0000'), 'latin1'))
    ),
    ...onEach(
      'after-the-handshake',
      serveTls(usual, (socket) => {
        socket.on('error', () => undefined);
        sendForever(socket, repeated('x'));
      }),
      // a handshake is all that a port is asked for
      { port: true }
    ),
    ...onEach('drip', (socket) => {
      const timer = setInterval(
        () => (socket.destroyed ? clearInterval(timer) : socket.write(Buffer.from([0x16]))),
        1000
      );
    }),
  ];
}
