/** A log-in by mysql2 that gives no password away, and that is completed in any case: who breaks one off is counted, and locked out after some. */
import { authPlugins, createConnection, type AuthPlugin, type Connection, type TypeCastField } from 'mysql2';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { CLOSED_UNANSWERED, Rejection } from '../../text/errors';
import { connectTls } from '../kit/inbound/handshake';
import { completeLogin, ANONYMOUS, anonymousLogin, nothing, QUIT } from '../kit/sql/mysql-wire';
import { untrustedCertificate } from '../kit/tls';
import type { Address } from './address';
import { needsTls, serverError } from './errors';
import { guardGreeting, guardOrder, guardPackets, internalsOf } from './guard';

export interface LoginOptions {
  address: Address;
  tls: ConnectionOptions | undefined;
  /** The key of the server by which passwords may be encrypted without TLS. */
  publicKey: string | undefined;
  /** Shown in performance_schema.session_connect_attrs. */
  name: string;
}

export interface Login {
  connection: Connection;
  /** The server's version as it greets: `10.11.19-MariaDB-0+deb12u1`. */
  readonly version: string;
  /** Resolves when we are in. */
  done: Promise<void>;
  /** Closes the connection, as soon as the server has ended the log-in itself. */
  giveUp(): void;
}

/** @param socket that is connected, and has not been read yet */
export function logIn(socket: Socket, { address, tls, publicKey, name }: LoginOptions): Login {
  const { host, port, user, password, database } = address;
  const greeting = guardGreeting(socket, tls !== undefined);
  let isKept = false;
  const keep: AuthPlugin = () => () => {
    isKept = true;
    return Buffer.alloc(0);
  };
  const connection = createConnection({
    ...{ host, port, user, password, database, stream: socket },
    // each step has a deadline of its own
    connectTimeout: 0,
    connectAttributes: { program_name: name },
    // no server reads files of ours
    flags: ['-LOCAL_FILES'],
    disableEval: true,
    // each reader knows what it asked for, whatever type the server gives it
    typeCast: (field: TypeCastField) => field.buffer()?.toString() ?? null,
    ssl: tls && {},
    // by itself mysql2 asks whoever answers for the key by which it encrypts the password
    ...(!tls && password !== undefined && { authPlugins: encrypting(publicKey, keep) }),
  });
  connection.on('error', () => undefined);
  const inside = internalsOf(connection);
  // in the middle of a login mysql2 would abort it; who opens a session also ends it
  inside.close = () => undefined;
  const lastHeard = guardOrder(connection);
  let distrust: Error | undefined;
  if (tls) speakTls(connection, socket, tls, (error) => (distrust = error));
  let isIn = false;
  let isRefused = false;
  const done = entered(connection, socket).then(
    () => {
      isIn = true;
      if (distrust) throw distrust;
    },
    (error: unknown) => {
      isRefused = serverError(error) !== undefined;
      throw distrust ?? (isKept && isRefused ? needsTls() : error);
    }
  );

  /** What the server waits for; `undefined` while it is its turn. */
  function nextPacket(plugin: string): Buffer | undefined {
    if (isIn) return QUIT;
    if (inside.sequenceId <= 1) return anonymousLogin(plugin);
    return inside.sequenceId === lastHeard() + 1 ? nothing(inside.sequenceId) : undefined;
  }

  return {
    connection,
    done,
    get version() {
      const heard = greeting();
      return heard && 'version' in heard ? heard.version : '';
    },
    giveUp() {
      const { stream } = inside;
      const heard = greeting();
      const isOver = heard === undefined || 'refusal' in heard || isRefused || stream.destroyed;
      if (isOver) return void socket.destroy();
      stream.removeAllListeners('data');
      completeLogin(stream, nextPacket(heard.plugin));
    },
  };
}

function encrypting(publicKey: string | undefined, keep: AuthPlugin): Record<string, AuthPlugin> {
  const { caching_sha2_password, sha256_password } = authPlugins;
  if (publicKey === undefined) return { caching_sha2_password: keep, sha256_password: keep };
  const key = { serverPublicKey: publicKey };
  return { caching_sha2_password: caching_sha2_password(key), sha256_password: sha256_password(key) };
}

/**
 * In the place of mysql2's own way, which takes neither a context nor a name of the server. Whom it does not trust it tells no more than
 * {@link ANONYMOUS}: who goes away without a log-in is counted.
 */
function speakTls(
  connection: Connection,
  socket: Socket,
  tls: ConnectionOptions,
  onDistrust: (error: Error) => void
): void {
  const inside = internalsOf(connection);
  inside.startTLS = (onSecure) => {
    let isSecure = false;
    socket.removeAllListeners('data');
    const secure = connectTls({ ...tls, socket, rejectUnauthorized: false }, () => {
      isSecure = true;
      if (!secure.authorized && tls.rejectUnauthorized !== false) {
        onDistrust(untrustedCertificate(secure));
        Object.assign(connection.config, { user: ANONYMOUS, password: undefined, database: '' });
      }
      onSecure();
    });
    guardPackets(secure);
    secure.on('error', (error: NodeJS.ErrnoException) => {
      if (isSecure) return inside._handleNetworkError(error);
      // that is counted, and cannot be helped: it is tried as seldom as what is refused
      const isOfTls = /^(ERR_SSL_|EPROTO$)/.test(error.code ?? '');
      // mysql2 puts a code of its own on what it is given
      onSecure(new (isOfTls ? Rejection : Error)(error.message, { cause: error }));
    });
    secure.on('data', (data: Buffer) => inside.packetParser.execute(data));
    inside.stream = secure;
  };
}

function entered(connection: Connection, socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('connect', () => resolve());
    connection.once('error', reject);
    // the reason comes first, if there is one
    socket.once('close', () => setImmediate(() => reject(new Error(CLOSED_UNANSWERED))));
  });
}
