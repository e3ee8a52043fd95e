/** Look-ups of host names, shared by all who ask for the same one, so that a DNS that is silent for some names does not delay the others. */
import dns from 'node:dns';

type Callback = (...result: unknown[]) => void;
type Lookup = (hostname: string, options: unknown, callback: Callback) => unknown;

/** A name that takes longer than this is slow: whoever has an address of it goes on with that, in milliseconds. */
const SLOW_MS = 150;
/**
 * libuv gives half of its threads to look-ups, see startup.ts. As many of them are kept for names that have been found in time as there are beside
 * those that have not.
 */
const AT_ONCE = 16;
const MOST_DOUBTFUL = 8;
/** Addresses of a name that are used, of each family: who connects tries them one after the other. A name server may give thousands. */
const MOST_ADDRESSES = 16;
/** Names that are remembered. Those of a configuration that is read again and again must not fill the memory. */
const MAX_KNOWN = 20_000;

interface Question {
  key: string;
  callbacks: Callback[];
  start(answer: Callback): void;
  /** Nobody knows when it will end. */
  isSlow: boolean;
}

interface Known {
  /** The last good answer. */
  answer: readonly unknown[] | undefined;
  /** Whether the last look-up was over in time. */
  isQuick: boolean;
}

/**
 * From this call on, who asks for a name that is being looked up waits for that answer, or goes on with the last good address if that is known.
 * A look-up cannot be given up, and holds one of libuv's threads until the name server answers or the resolver gives up:
 * a probe that asks anew every second would soon hold them all, and nobody's name could be looked up any more. Hence names that
 * were not found in time the last time share some of the threads, and those that nobody has asked for yet cannot take all of the rest.
 */
export function shareLookups(): void {
  const original = dns.lookup as unknown as Lookup;
  const open = new Map<string, Question>();
  const known = new Map<string, Known>();
  /** Those that hold a thread: at most {@link AT_ONCE}. */
  const running = new Set<Question>();
  /** In the order in which they were asked. */
  const waiting = new Set<Question>();

  const isSure = ({ key, isSlow }: Question) => !isSlow && known.get(key)?.isQuick === true;

  function remember(key: string, found: Known): void {
    known.delete(key);
    known.set(key, found);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
  }

  /** Whether there is a thread for a name that is not sure to be found in time; for the others see {@link AT_ONCE}. */
  function hasRoomForDoubtful(): boolean {
    return [...running].filter((question) => !isSure(question)).length < MOST_DOUBTFUL;
  }

  /** Those that will be found soon come first, then those that nobody has asked for yet. */
  function nextOf(): Question | undefined {
    if (running.size >= AT_ONCE) return undefined;
    let [unknown, doubtful]: (Question | undefined)[] = [];
    for (const question of waiting) {
      if (isSure(question)) return question;
      if (known.has(question.key)) doubtful ??= question;
      else unknown ??= question;
    }
    return hasRoomForDoubtful() ? (unknown ?? doubtful) : undefined;
  }

  function startNext(): void {
    for (let next = nextOf(); next; next = nextOf()) {
      waiting.delete(next);
      run(next);
    }
  }

  function run(question: Question): void {
    running.add(question);
    question.start((...result) => end(question, bounded(result)));
  }

  function end(question: Question, result: readonly unknown[]): void {
    const { key, isSlow, callbacks } = question;
    open.delete(key);
    running.delete(question);
    const isFound = result[0] === null || result[0] === undefined;
    // what is known stays so while its name server is silent, and not when that says that there is no such name
    const answer = isFound ? result : isSlow ? known.get(key)?.answer : undefined;
    remember(key, { answer, isQuick: !isSlow });
    settle(callbacks.splice(0), result);
    startNext();
  }

  function ask(question: Question): void {
    const { key, callbacks } = question;
    open.set(key, question);
    setTimeout(() => {
      if (open.get(key) !== question) return;
      question.isSlow = true;
      const last = known.get(key)?.answer;
      if (last !== undefined) settle(callbacks.splice(0), last);
    }, SLOW_MS).unref();
    const mayStart = running.size < AT_ONCE && (isSure(question) || hasRoomForDoubtful());
    if (mayStart) run(question);
    else waiting.add(question);
  }

  const shared = (hostname: string, options: unknown, callback?: Callback): unknown => {
    // lookup(hostname, callback): not used here
    if (callback === undefined) return original(hostname, {}, options as Callback);
    const key = `${hostname} ${JSON.stringify(options)}`;
    const other = open.get(key);
    if (other?.isSlow === true) {
      const last = known.get(key)?.answer;
      if (last !== undefined) return settle([callback], last);
    }
    if (other !== undefined) return void other.callbacks.push(callback);
    const start = (answer: Callback) => void original(hostname, options, answer);
    const question: Question = { key, callbacks: [callback], start, isSlow: false };
    try {
      ask(question);
    } catch (error) {
      open.delete(key);
      running.delete(question);
      throw error;
    }
  };
  dns.lookup = shared as unknown as typeof dns.lookup;
}

/** The result of a look-up with no more addresses than are used, in their order. */
function bounded([error, found, ...more]: readonly unknown[]): readonly unknown[] {
  if (!Array.isArray(found) || found.length <= MOST_ADDRESSES) return [error, found, ...more];
  const taken = new Map<number, number>();
  const first = (found as dns.LookupAddress[]).filter(({ family }) => {
    const count = (taken.get(family) ?? 0) + 1;
    taken.set(family, count);
    return count <= MOST_ADDRESSES;
  });
  return [error, first, ...more];
}

/** Each in a turn of its own: one that throws must not keep the others from their answer. */
function settle(callbacks: readonly Callback[], result: readonly unknown[]): void {
  for (const each of callbacks) process.nextTick(each, ...result);
}
