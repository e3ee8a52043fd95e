/** Connections to PostgreSQL that end when they should, and cannot take the process with them. */
import { Client } from 'pg';
import { CLOSED_UNANSWERED, describeError, toError, withoutConnection } from '../../text/errors';
import { GuardedSocket, NOT_POSTGRESQL } from './socket';

/**
 * Opens a session. Rejects when `signal` aborts or the server refuses; calls `lost` when the session ends, however late.
 * @param url as libpq takes it, `sslmode` included
 */
export async function openClient(url: string, signal: AbortSignal, lost: (error: Error) => void): Promise<Client> {
  signal.throwIfAborted();
  const socket = new GuardedSocket();
  const client = new Client({
    connectionString: withLibpqMeaning(url),
    application_name: 'onehertz',
    stream: () => socket,
  });
  client.on('error', lost);
  client.on('end', () => lost(new Error('connection closed by the server')));
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      const reason = signal.reason as Error;
      const { connecting } = socket;
      destroyClient(client);
      // to pg garbage looks like silence: it waits for the rest of the message
      if (socket.foreign) reject(new Error(NOT_POSTGRESQL));
      else reject(connecting ? withoutConnection(reason) : reason);
    };
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([client.connect(), aborted]);
    socket.greeted = true;
    return client;
  } catch (error) {
    destroyClient(client);
    if (isClosed(error) && socket.bytesRead === 0) throw new Error(CLOSED_UNANSWERED);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Closes at once. `end()` would wait for the peer, for ever if that is frozen. */
export function destroyClient(client: Client): void {
  client.connection.stream.destroy();
}

/** In libpq `sslmode=require` does not verify the certificate; pg takes it so only when told. */
function withLibpqMeaning(url: string): string {
  if (!/[?&]sslmode=/.test(url) || /[?&]uselibpqcompat=/.test(url)) return url;
  return `${url}&uselibpqcompat=true`;
}

const isClosed = (error: unknown) => toError(error).message.startsWith('Connection terminated');

/** The sentence for an error of pg or of the server; see {@link describeError}. */
export function describePostgresqlError(error: unknown, secrets: readonly string[]): string {
  const { code, message } = toError(error) as Error & { code?: string };
  const text = describeError(error, secrets);
  if (code === '28P01') return `${text}; check user and password`;
  if (code === '42501') return `${text}; grant it to the user`;
  if (code === '53300') return `too many connections (${text}); raise max_connections, or find out who holds them`;
  if (message.includes('client password must be a string')) return 'it asks for a password, and the URL holds none';
  if (message.includes('does not support SSL'))
    return 'it does not speak TLS; turn on ssl there, or set sslmode=disable';
  if (isClosed(error)) return 'connection closed by the server';
  return text;
}
