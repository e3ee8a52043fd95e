/**
 * The size of the database. The server has to read the size of each file, which takes a minute for a million files, so
 * no SELECT waits for it.
 */
import type { QueryResult } from 'pg';
import { toError } from '../../../text/errors';
import { createBackground } from '../../kit/background';
import { abortable } from '../../kit/kept-connection';
import type { Session } from '../session/login';
import { SIZE, statementOf } from './figures';

export interface SideSession {
  session: Session;
  /** Cancels the running statement on the server. */
  cancel(): void;
}

export interface SizeReader {
  /** Whether the first attempt has ended. */
  readonly isKnown: boolean;
  /** `undefined` before the first result, and after a failure. */
  readonly bytes: number | undefined;
  startIfDue(): void;
  retryNow(): void;
  close(): void;
}

export interface SizeOptions {
  /** Whether a second session is allowed. */
  mayOpen(): boolean;
  /** Opens a session. Rejects when `signal` aborts. */
  open(signal: AbortSignal): Promise<SideSession>;
  onFailed(error: Error): void;
}

/** Each measurement needs a login and reads all files. After failures the interval grows. */
const INTERVAL_MS = { first: 300_000, longest: 3_600_000 };
/** Server-side timeout of the statement; shortly after it the session is closed. */
const STATEMENT_MS = 60_000;

export function createSizeReader({ mayOpen, open, onFailed }: SizeOptions): SizeReader {
  let isKnown = false;
  let dueAt = 0;
  let delayMs = INTERVAL_MS.first;
  let bytes: number | undefined;
  const reading = createBackground({ intervalMs: 0, timeoutMs: STATEMENT_MS + 5000, run });

  async function run(signal: AbortSignal): Promise<void> {
    try {
      bytes = await read(signal);
      delayMs = INTERVAL_MS.first;
    } catch (error) {
      bytes = undefined;
      delayMs = Math.min(delayMs * 2, INTERVAL_MS.longest);
      if (!signal.aborted || !isKnown) onFailed(toError(error));
    } finally {
      isKnown = true;
      dueAt = performance.now() + delayMs;
    }
  }

  async function read(signal: AbortSignal): Promise<number | undefined> {
    const { session, cancel } = await open(signal);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const query = session.client.query(statementOf({ databaseBytes: SIZE }, STATEMENT_MS));
      // two statements give two results, which pg's types do not cover
      const results = (await abortable(query, signal)) as unknown as QueryResult<{ databaseBytes: number }>[];
      return results.at(-1)?.rows[0]?.databaseBytes;
    } finally {
      signal.removeEventListener('abort', cancel);
      session.leave();
    }
  }

  return {
    get isKnown() {
      return isKnown;
    },
    get bytes() {
      return bytes;
    },
    startIfDue() {
      if (performance.now() >= dueAt && mayOpen()) reading.startIfDue();
    },
    retryNow: () => void (dueAt = 0),
    close: reading.close,
  };
}
