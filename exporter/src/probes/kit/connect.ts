/**
 * Connections to hosts with several addresses. Node tries one address after the other and gives each 250 ms, the last one excepted:
 * a far host with an address of a family that has no route is never reached then (nodejs/node issues 52216, 54359).
 */
import dns from 'node:dns';
import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';

/** Time after which the next address is tried as well: RFC 8305 §8, *Connection Attempt Delay*. */
const ATTEMPT_DELAY_MS = 250;
/** What Node allows at least. */
const MIN_ATTEMPT_MS = 10;

/**
 * Options of `net.connect` for clients that connect by themselves, one address after the other: half of the deadline for each. Whatever takes longer to
 * connect than that has no time left for a question and its answer.
 */
export function attemptOptions(
  timeoutMs: number
): Pick<TcpNetConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> {
  return {
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(MIN_ATTEMPT_MS, Math.floor(timeoutMs / 2)),
  };
}

export interface Place {
  /** A name or an address, without brackets. */
  host: string;
  port: number;
}

export interface Dialed {
  socket: Socket;
  /** When its first packet was sent, after the look-up of the name; on the clock of `performance.now()`. */
  begunAt: number;
  /** When it said `connect`. */
  connectedAt: number;
}

export interface Dialing {
  /** Rejects when every address failed, with what each of them said. */
  readonly connected: Promise<Dialed>;
  /** Whether the host's addresses are known. */
  readonly resolved: boolean;
  /** Ends what goes on: `connected` rejects with `reason`. A socket that came of it before is left alone. */
  cancel(reason: Error): void;
}

/** Tries all addresses of a host, each a little after the one before, and takes the first that answers (RFC 8305). */
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
    // it stays: an error after the last word is of no interest, and must not end the process
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
    // not imported by name: look-ups are shared by replacing it, see runtime/shared-lookups.ts
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

/** The families by turns, in the order that the resolver gave (RFC 8305 §4). */
function interleaved(found: readonly dns.LookupAddress[]): string[] {
  const first = found.filter(({ family }) => family === found[0]?.family);
  const others = found.filter(({ family }) => family !== found[0]?.family);
  return found.flatMap((_, index) => [first[index], others[index]]).flatMap((entry) => (entry ? [entry.address] : []));
}
