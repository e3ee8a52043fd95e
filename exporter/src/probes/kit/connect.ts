/**
 * Connections to hosts with several addresses. Node tries addresses one after the other for 250 ms each, except the
 * last: if an address family has no route, a distant host is never reached (nodejs/node issues 52216, 54359).
 */
import dns from 'node:dns';
import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { startDeadline, withDeadline } from '../../runtime/deadline';
import { NoAnswer, noAnswer, toError, withoutConnection } from '../../text/errors';
import { abortable } from './kept-connection';

/** Time after which the next address is tried in parallel: RFC 8305 §8, *Connection Attempt Delay*. */
const ATTEMPT_DELAY_MS = 250;
/** Node's minimum. */
const MIN_ATTEMPT_MS = 10;

/**
 * Options of `net.connect` for client libraries that connect themselves, one address after the other: half of the
 * timeout for each. A slower connection would leave no time for a request.
 */
export function attemptOptions(
  timeoutMs: number
): Pick<TcpNetConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> {
  return {
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(MIN_ATTEMPT_MS, Math.floor(timeoutMs / 2)),
  };
}

/** Ends a socket that is not connected after so many milliseconds; what follows the connection is not limited. */
export function limitConnecting(socket: Socket, timeoutMs: number): void {
  const clear = startDeadline(timeoutMs, () => {
    socket.destroy(withoutConnection(new NoAnswer(noAnswer(timeoutMs))));
  });
  socket.once('connect', clear).once('close', clear);
}

export interface Place {
  /** A name or an address, without brackets. */
  host: string;
  port: number;
}

export interface Dialed {
  socket: Socket;
  /** When the first packet was sent, after the name lookup; on the clock of `performance.now()`. */
  begunAt: number;
  /** When the connection was established. */
  connectedAt: number;
}

export interface Dialing {
  /** Rejects if all addresses failed, with the error of each. */
  readonly connected: Promise<Dialed>;
  /** Whether the host's addresses are known. */
  readonly resolved: boolean;
  /** Cancels the attempts: `connected` rejects with `reason`. A socket that is already connected is not affected. */
  cancel(reason: Error): void;
}

/** Tries all addresses of a host with a delay in between, and uses the first that connects (RFC 8305). */
export function dial({ host, port }: Place): Dialing {
  const attempts = new Set<Socket>();
  const failures: Error[] = [];
  let timer: NodeJS.Timeout | undefined;
  let resolved = false;
  let over = false;
  let rejectAll: (error: Error) => void = () => undefined;

  function end(): void {
    over = true;
    clearTimeout(timer);
    attempts.forEach((socket) => socket.destroy());
    attempts.clear();
  }

  function race(addresses: string[], resolve: (dialed: Dialed) => void, reject: (error: Error) => void): void {
    if (over) return;
    clearTimeout(timer);
    const address = addresses.shift();
    if (address === undefined) return;
    const begunAt = performance.now();
    const socket = connect({ host: address, port, noDelay: true });
    attempts.add(socket);
    // never removed: a late error is irrelevant and must not end the process
    socket.on('error', () => undefined);
    const failed = (error: Error) => {
      attempts.delete(socket);
      failures.push(error);
      if (addresses.length > 0) race(addresses, resolve, reject);
      else if (attempts.size === 0)
        reject(failures.length === 1 ? error : new AggregateError(failures, 'no address of the host can be reached'));
    };
    socket.once('error', failed).once('connect', () => {
      const connectedAt = performance.now();
      socket.off('error', failed);
      attempts.delete(socket);
      end();
      resolve({ socket, begunAt, connectedAt });
    });
    if (addresses.length > 0) timer = setTimeout(() => race(addresses, resolve, reject), ATTEMPT_DELAY_MS);
  }

  const connected = new Promise<Dialed>((resolve, reject) => {
    rejectAll = reject;
    const start = (addresses: string[]) => {
      resolved = true;
      race(addresses, resolve, reject);
    };
    if (isIP(host) !== 0) return start([host]);
    // not imported by name: lookups are shared by replacing this function, see runtime/shared-lookups.ts
    dns.lookup(host, { all: true }, (error, found) => {
      if (error) reject(error);
      else start(interleaved(found));
    });
  });
  return {
    connected,
    get resolved() {
      return resolved;
    },
    cancel(reason) {
      end();
      rejectAll(reason);
    },
  };
}

/**
 * {@link dial} with a time limit for the TCP connection, in milliseconds.
 * @throws Error of the addresses, the reason of `signal`, or that there was no connection in time; no socket stays open then
 */
export async function dialWithin(place: Place, connectMs: number, signal: AbortSignal): Promise<Socket> {
  const dialing = dial(place);
  try {
    const { socket } = await withDeadline(signal, connectMs, (limited) => abortable(dialing.connected, limited));
    return socket;
  } catch (error) {
    dialing.cancel(toError(error));
    // it may have come in the same moment
    dialing.connected.then(({ socket }) => socket.destroy()).catch(() => undefined);
    throw toError(error).name === 'TimeoutError' ? withoutConnection(toError(error)) : error;
  }
}

/** Address families alternating, in the resolver's order (RFC 8305 §4). */
function interleaved(found: readonly dns.LookupAddress[]): string[] {
  const first = found.filter(({ family }) => family === found[0]?.family);
  const others = found.filter(({ family }) => family !== found[0]?.family);
  return found.flatMap((_, index) => [first[index], others[index]]).flatMap((entry) => (entry ? [entry.address] : []));
}
