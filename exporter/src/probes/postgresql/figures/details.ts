/** Reads the figures on the kept session, a little at a time, so that no SELECT waits for them. */
import type { Client } from 'pg';
import { toError } from '../../../text/errors';
import { sqlState } from '../session/errors';
import { CHEAP, statementOf, type CheapFigure, type Figures } from './figures';
import { readFigures, UnreadableFigure, type Row } from './read';
import type { SizeReader } from './size';

export interface Details {
  /** What is known of the session in use; empty before the first round is complete. */
  readonly figures: Partial<Figures>;
  /** Whether there was such a round. */
  readonly isKnown: boolean;
  /** Why the last answer was not what was asked for. */
  readonly unreadable: Error | undefined;
  /** From now on `client` is asked. Resolves when nothing is under way there. Never rejects. */
  use(client: Client): Promise<void>;
  /** Asks for what is due. Returns at once; does nothing while something is under way. */
  startIfDue(): void;
  /** Asks again soon for what was refused. */
  retryNow(): void;
}

export interface DetailsOptions {
  intervalMs: number;
  /** Deadline of a probe: what the figures may take is a part of it. */
  timeoutMs: number;
  size: SizeReader;
  /** Told of each figure that is given up for a while. */
  onRefused(name: CheapFigure, error: Error): void;
}

/** What is refused is asked for again after this time, doubled up to the second: each time is a line in the server's log. */
const REFUSED_MS = { first: 600_000, longest: 3_600_000 };
/** So long what is known waits for the size at first, so that it comes together. */
const FIRST_SIZE_MS = 1000;

const CHEAP_NAMES: readonly CheapFigure[] = Object.keys(CHEAP) as CheapFigure[];

export function createDetails({ intervalMs, timeoutMs, size, onRefused }: DetailsOptions): Details {
  const statementMs = Math.max(50, Math.min(200, Math.floor(timeoutMs / 4)));
  let found: Partial<Figures> = {};
  let used: Client | undefined;
  const refusals = new Map<CheapFigure, { until: number; delayMs: number }>();
  /** Figures that are asked one by one, one at a probe: together they failed. */
  let alone: CheapFigure[] = [];
  let completeAt: number | undefined;
  let unreadable: Error | undefined;
  let askedAt = -Infinity;
  let running: Promise<void> | undefined;

  const isRefused = (name: CheapFigure) => (refusals.get(name)?.until ?? 0) > performance.now();

  function refuse(name: CheapFigure, error: Error): void {
    delete found[name];
    const delayMs = Math.min((refusals.get(name)?.delayMs ?? REFUSED_MS.first / 2) * 2, REFUSED_MS.longest);
    refusals.set(name, { delayMs, until: performance.now() + delayMs });
    onRefused(name, error);
  }

  async function ask(client: Client, figures: Partial<Record<CheapFigure, string>>): Promise<void> {
    // two statements give two results; pg's types know of one
    const results = [await client.query<Row>(statementOf(figures, statementMs))].flat();
    if (client !== used) return;
    const names = Object.keys(figures) as CheapFigure[];
    Object.assign(found, readFigures(results.at(-1)?.rows[0], names));
    unreadable = undefined;
    for (const name of names) refusals.delete(name);
  }

  async function askCheap(client: Client): Promise<void> {
    const next = alone.shift();
    const names = next === undefined ? CHEAP_NAMES.filter((name) => !isRefused(name)) : [next];
    if (names.length === 0) return;
    try {
      await ask(client, Object.fromEntries(names.map((name) => [name, CHEAP[name]])));
    } catch (error) {
      if (sqlState(error) === undefined) throw error;
      if (next !== undefined || names.length === 1) refuse(names[0] as CheapFigure, toError(error));
      else alone = names;
    }
  }

  async function round(client: Client): Promise<void> {
    const now = performance.now();
    if (alone.length > 0 || isDue(now, askedAt, intervalMs)) {
      askedAt = now;
      await askCheap(client);
    }
    if (alone.length > 0 || client !== used) return;
    completeAt ??= now;
    size.startIfDue();
  }

  const isKnown = () => completeAt !== undefined && (size.isKnown || performance.now() - completeAt >= FIRST_SIZE_MS);

  return {
    get figures() {
      if (!isKnown()) return {};
      return size.bytes === undefined ? found : { ...found, databaseBytes: size.bytes };
    },
    get isKnown() {
      return isKnown();
    },
    get unreadable() {
      return unreadable ?? size.unreadable;
    },
    use(client) {
      if (client !== used) {
        // it may be another server
        [used, found, alone, running, unreadable] = [client, {}, [], undefined, undefined];
        completeAt = undefined;
        askedAt = -Infinity;
      }
      return running ?? Promise.resolve();
    },
    startIfDue() {
      const client = used;
      if (client === undefined || running !== undefined) return;
      // what ends the session is known to whoever keeps it
      const current = round(client)
        .catch((error: unknown) => {
          if (client === used && error instanceof UnreadableFigure) unreadable = error;
        })
        .finally(() => {
          if (running === current) running = undefined;
        });
      running = current;
    },
    retryNow() {
      refusals.clear();
      size.retryNow();
    },
  };
}

/** Ticks are not exact: what is due within the next half second is due now. */
function isDue(now: number, lastMs: number, intervalMs: number): boolean {
  return now - lastMs >= intervalMs - Math.min(500, intervalMs / 2);
}
