/** Valid and invalid certificates, created by openssl, and TLS servers in front of a plain one. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';

/** `good` is for `localhost` and 127.0.0.1 and signed by the authority in `ca`. */
export const CERTIFICATES = ['good', 'expired', 'other host', 'unknown authority'] as const;
export type Certificate = (typeof CERTIFICATES)[number];

export interface Certificates {
  /** Path of the authority's certificate, for NODE_EXTRA_CA_CERTS. */
  ca: string;
  context(certificate: Certificate): SecureContext;
}

const PERIODS = { valid: ['20200101000000Z', '20991231000000Z'], over: ['20200101000000Z', '20200201000000Z'] };

/** @param directory an empty one, for keys and certificates */
export function createCertificates(directory: string): Certificates {
  const openssl = (...args: string[]) => void execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const ca of ['ca', 'stranger'])
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-subj',
      `/CN=${ca}`,
      '-days',
      '30',
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.pem`
    );
  // only `openssl ca` accepts both dates, and it requires a configuration
  writeFileSync(join(directory, 'index'), '');
  const config = [
    ...['[ca]', 'default_ca = x', '[x]', 'database = index', 'new_certs_dir = .', 'rand_serial = yes'],
    ...[
      'default_md = sha256',
      'policy = p',
      'unique_subject = no',
      'copy_extensions = copy',
      '[p]',
      'commonName = supplied',
    ],
  ];
  writeFileSync(join(directory, 'ca.cnf'), `${config.join('\n')}\n`);

  const contexts = new Map(
    CERTIFICATES.map((certificate) => {
      const host = certificate === 'other host' ? 'DNS:elsewhere.example' : 'DNS:localhost,IP:127.0.0.1';
      const ca = certificate === 'unknown authority' ? 'stranger' : 'ca';
      const [start, end] = (certificate === 'expired' ? PERIODS.over : PERIODS.valid) as [string, string];
      const [key, request, out] = ['key', 'csr', 'crt'].map((kind) => `${certificate}.${kind}`) as [
        string,
        string,
        string,
      ];
      const subject = ['-subj', '/CN=server', '-addext', `subjectAltName=${host}`];
      openssl('req', ...newKey, ...subject, '-keyout', key, '-out', request);
      const signer = ['-batch', '-config', 'ca.cnf', '-cert', `${ca}.pem`, '-keyfile', `${ca}.key`, '-notext'];
      openssl('ca', ...signer, '-startdate', start, '-enddate', end, '-in', request, '-out', out);
      const read = (name: string) => readFileSync(join(directory, name));
      return [certificate, createSecureContext({ key: read(key), cert: read(out) })];
    })
  );
  return { ca: join(directory, 'ca.pem'), context: (certificate) => contexts.get(certificate) as SecureContext };
}

export interface Terminator {
  readonly port: number;
  close(): Promise<void>;
}

const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');

/**
 * Listens on 127.0.0.1, speaks TLS with the clients and plain text with the server at `upstream`.
 * @param postgresql whether clients ask for TLS in PostgreSQL's way first (SSLRequest)
 */
export async function createTerminator(
  context: SecureContext,
  upstream: number,
  postgresql = false
): Promise<Terminator> {
  const sockets = new Set<Socket>();
  const server = createServer((raw) => {
    sockets.add(raw);
    raw.on('error', () => undefined).once('close', () => sockets.delete(raw));
    if (!postgresql) return secure(raw);
    raw.once('data', (data) => {
      if (!data.equals(SSL_REQUEST)) return void raw.destroy();
      raw.pause();
      raw.write('S');
      secure(raw);
    });
  });

  function secure(raw: Socket): void {
    const client = new TLSSocket(raw, { isServer: true, secureContext: context });
    const serverSide = connect(upstream, '127.0.0.1').setNoDelay();
    client.on('error', () => undefined).once('close', () => serverSide.destroy());
    serverSide.on('error', () => undefined).once('close', () => client.destroy());
    client.pipe(serverSide).pipe(client);
  }

  return listenAs(server, sockets);
}

/** A terminator of `server`, which does not listen yet. @param sockets those that are open, closed with it */
export async function listenAs(server: Server, sockets: ReadonlySet<Socket>): Promise<Terminator> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}
