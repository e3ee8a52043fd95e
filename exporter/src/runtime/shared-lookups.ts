/** Shares DNS lookups of the same name, so that they do not pile up while a name server does not respond. */
import dns from 'node:dns';

type Callback = (...result: unknown[]) => void;
type Lookup = (hostname: string, options: unknown, callback: Callback) => unknown;

/**
 * From this call on, concurrent lookups of one name share one request. A lookup cannot be cancelled and holds one of
 * libuv's threads until the name server responds or the resolver times out. Without sharing, a probe with an interval
 * of a second would soon occupy all threads and block all other lookups.
 */
export function shareLookups(): void {
  const original = dns.lookup as unknown as Lookup;
  const waiting = new Map<string, Callback[]>();
  const shared = (hostname: string, options: unknown, callback?: Callback): unknown => {
    // lookup(hostname, callback): not used here
    if (callback === undefined) return original(hostname, {}, options as Callback);
    const key = `${hostname} ${JSON.stringify(options)}`;
    const others = waiting.get(key);
    if (others !== undefined) return void others.push(callback);
    const callbacks = [callback];
    waiting.set(key, callbacks);
    const answer: Callback = (...result) => {
      waiting.delete(key);
      // each in its own turn: an exception in one callback must not keep the others from their result
      for (const each of callbacks) process.nextTick(each, ...result);
    };
    try {
      return original(hostname, options, answer);
    } catch (error) {
      waiting.delete(key);
      throw error;
    }
  };
  dns.lookup = shared as unknown as typeof dns.lookup;
}
