/** The size of the database. The server looks at each of its files for that, a minute where there are a million: no SELECT waits for it. */
import { toError } from '../../../text/errors';
import { createBackground } from '../../kit/background';
import { abortable } from '../../kit/kept-connection';
import { UnreadableFigure, type Row } from '../../kit/sql/columns';
import type { Session } from '../session/login';
import { SIZE, statementOf } from './figures';
import { readFigures } from './read';

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
  /** Why the last answer was not what was asked for. */
  readonly unreadable: Error | undefined;
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
  let unreadable: Error | undefined;
  const reading = createBackground({ intervalMs: 0, timeoutMs: STATEMENT_MS + 5000, run });

  async function run(signal: AbortSignal): Promise<void> {
    try {
      bytes = await read(signal);
      unreadable = undefined;
      delayMs = INTERVAL_MS.first;
    } catch (error) {
      bytes = undefined;
      unreadable = error instanceof UnreadableFigure ? error : undefined;
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
      const query = session.client.query<Row>(statementOf({ databaseBytes: SIZE }, STATEMENT_MS));
      // two statements give two results; pg's types know of one
      const results = [await abortable(query, signal)].flat();
      return readFigures(results.at(-1)?.rows[0], ['databaseBytes']).databaseBytes;
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
    get unreadable() {
      return unreadable;
    },
    startIfDue() {
      if (performance.now() >= dueAt && mayOpen()) reading.startIfDue();
    },
    retryNow: () => void (dueAt = 0),
    close: reading.close,
  };
}
