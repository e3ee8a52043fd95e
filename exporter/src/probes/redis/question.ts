/** A command sent in every run, unless the server denied it to this user or does not support it. */
import type Redis from 'ioredis';
import { toError } from '../../text/errors';
import { createDoubling } from '../kit/backoff';
import { isDenial, isServed } from './words';

export type Reply<T> =
  | { is: 'answer'; value: T | undefined }
  /** The server does not serve it now; with its message. */
  | { is: 'refused'; words: string }
  /** Says nothing about the server's health. */
  | { is: 'denied'; words: string };

export interface Question<T> {
  /** Whether the next `ask` sends the command. */
  readonly isDue: boolean;
  /**
   * Sends it synchronously, or returns an earlier denial.
   * @param force send it even if it was recently denied
   * @throws Error if the connection breaks
   */
  ask(client: Redis, force?: boolean): Promise<Reply<T>>;
  /** Retries a denied command: permissions may have changed. */
  retryNow(): void;
}

/**
 * Each denial is an entry in the server's ACL LOG. Retries become rarer, so a granted permission is detected within the
 * time that it was missing.
 */
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
    // Only the message: ioredis attaches the arguments of the command to its errors.
    const { name, message: words } = toError(error);
    // as opposed to a broken connection; without its password the session is useless
    if (name !== 'ReplyError' || /^NOAUTH/.test(words)) throw error;
    if (isServed(words)) return { is: 'answer', value: undefined };
    return { is: isDenial(words) ? 'denied' : 'refused', words };
  }
}
