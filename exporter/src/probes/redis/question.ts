/** A command that is sent at every run, unless the server said that this user may not, or that it knows no such command. */
import type Redis from 'ioredis';
import { toError } from '../../text/errors';
import { createDoubling } from '../kit/backoff';
import { isDenial, isServed } from './words';

export type Reply<T> =
  | { is: 'answer'; value: T | undefined }
  /** The server does not serve it now; in its words. */
  | { is: 'refused'; words: string }
  /** Says nothing of the server's health. */
  | { is: 'denied'; words: string };

export interface Question<T> {
  /** Whether the next `ask` sends something. */
  readonly isDue: boolean;
  /**
   * Sends it before this returns, or repeats what was denied a while ago.
   * @param force also if it was denied a while ago
   * @throws Error when the connection breaks
   */
  ask(client: Redis, force?: boolean): Promise<Reply<T>>;
  /** Asks again what was denied: the rights may have changed. */
  retryNow(): void;
}

/** Each denial is an entry in the server's ACL LOG. They get rarer, so that a right that was granted is seen in as long as it was missing. */
const DENIED_MS = { minDelayMs: 5000, maxDelayMs: 3_600_000 };

export function createQuestion<T>(send: (client: Redis) => Promise<T>): Question<T> {
  const pause = createDoubling(DENIED_MS);
  let denial: { reply: Reply<T>; until: number } | undefined;

  async function ask(client: Redis, force = false): Promise<Reply<T>> {
    if (!force && denial && performance.now() < denial.until) return denial.reply;
    const reply = await replyTo(send(client));
    if (reply.is === 'denied') denial = { reply, until: performance.now() + pause.next() };
    else retryNow();
    return reply;
  }

  function retryNow(): void {
    denial = undefined;
    pause.reset();
  }

  return {
    get isDue() {
      return !denial || performance.now() >= denial.until;
    },
    ask,
    retryNow,
  };
}

async function replyTo<T>(sent: Promise<T>): Promise<Reply<T>> {
  try {
    return { is: 'answer', value: await sent };
  } catch (error) {
    // Only the message: ioredis hangs the arguments of the command on its errors.
    const { name, message: words } = toError(error);
    // as opposed to a connection that broke; without its password the session is worth nothing
    if (name !== 'ReplyError' || /^NOAUTH/.test(words)) throw error;
    if (isServed(words)) return { is: 'answer', value: undefined };
    return { is: isDenial(words) ? 'denied' : 'refused', words };
  }
}
