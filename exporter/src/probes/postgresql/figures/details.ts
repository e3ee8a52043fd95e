/** Reads the figures on the kept session, a little at a time, so that no SELECT waits for them. */
import type { Client } from 'pg';
import { toError } from '../../../text/errors';
import { UnreadableFigure, type Row } from '../../kit/sql/columns';
import { sqlState } from '../session/errors';
import { CHEAP, statementOf, type CheapFigure, type Figures } from './figures';
import { readFigures } from './read';
import type { SizeReader } from './size';

export interface Details {
  /** Figures of the current session; empty until the first round is complete. */
  readonly figures: Partial<Figures>;
  /** Whether a round is complete. */
  readonly isKnown: boolean;
  /** Why the last answer was not what was asked for. */
  readonly unreadable: Error | undefined;
  /** From now on `client` is asked. Resolves when nothing is under way there. Never rejects. */
  use(client: Client): Promise<void>;
  /** Queries what is due. Returns immediately; does nothing while a query is in progress. */
  startIfDue(): void;
  /** Repeats rejected queries soon. */
  retryNow(): void;
}

export interface DetailsOptions {
  intervalMs: number;
  /** Timeout of the probe, of which the figures may take a part. */
  timeoutMs: number;
  size: SizeReader;
  /** Called for each figure that is suspended for a while. */
  onRefused(name: CheapFigure, error: Error): void;
}

/**
 * A rejected query is repeated after the first time, doubled up to the longest: each attempt is logged by the server.
 */
const REFUSED_MS = { first: 600_000, longest: 3_600_000 };
/** How long the first result waits for the size, so that both are reported together. */
const FIRST_SIZE_MS = 1000;

const CHEAP_NAMES: readonly CheapFigure[] = Object.keys(CHEAP) as CheapFigure[];

export function createDetails({ intervalMs, timeoutMs, size, onRefused }: DetailsOptions): Details {
  const statementMs = Math.max(50, Math.min(200, Math.floor(timeoutMs / 4)));
  let found: Partial<Figures> = {};
  let used: Client | undefined;
  const refusals = new Map<CheapFigure, { until: number; delayMs: number }>();
  /** Figures that are queried one per probe, because the combined query failed. */
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
      // the end of the session is handled by its owner
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

/** Ticks are not exact, so what is due within half a second is due now. */
function isDue(now: number, lastMs: number, intervalMs: number): boolean {
  return now - lastMs >= intervalMs - Math.min(500, intervalMs / 2);
}
