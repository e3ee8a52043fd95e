/** Look-ups of host names that do not pile up while a name server is silent. */
import dns from 'node:dns';

type Callback = (...result: unknown[]) => void;
type Lookup = (hostname: string, options: unknown, callback: Callback) => unknown;

/**
 * From this call on, who asks for a name that is being looked up waits for that answer.
 * A look-up cannot be given up, and holds one of libuv's threads until the name server answers or the resolver loses patience:
 * a probe that asks anew every second would soon hold them all, and nobody's name could be looked up any more.
 */
export function shareLookups(): void {
  const original = dns.lookup as unknown as Lookup;
  const waiting = new Map<string, Callback[]>();
  const shared = (hostname: string, options: unknown, callback?: Callback): unknown => {
    // lookup(hostname, callback): nobody here does that
    if (callback === undefined) return original(hostname, {}, options as Callback);
    const key = `${hostname} ${JSON.stringify(options)}`;
    const others = waiting.get(key);
    if (others !== undefined) return void others.push(callback);
    const callbacks = [callback];
    waiting.set(key, callbacks);
    const answer: Callback = (...result) => {
      waiting.delete(key);
      // each in a turn of its own: one that throws must not keep the others from their answer
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
