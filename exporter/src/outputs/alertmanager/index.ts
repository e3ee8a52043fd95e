/** Silences of Alertmanager: polled and shown at the components whose alerts they mute, made and ended on request. */
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { Board } from '../../board/board';
import type { AlertmanagerConfig } from '../../config/alertmanager';
import type { Change } from '../../runtime/change';
import { createFailureLog } from '../../runtime/failure-log';
import { ALERTMANAGER_METRICS as M } from '../metrics/definitions';
import { OUTPUT_RESULTS, type OutputResult } from '../output-error';
import { createKnownSilences, type KnownSilences, type Timing } from './known';

export { AlertmanagerError } from './alertmanager-error';
export type { Listed } from './known';
export { matchersText, type Matcher } from './matchers';

export interface Silences {
  /** Of the configured Alertmanager; `undefined` if there is none. */
  readonly known: Omit<KnownSilences, 'start' | 'close'> | undefined;
  /** Begins to poll. */
  start(): void;
  /** `undefined` stops polling. An unchanged configuration keeps what is known. @throws if the settings cannot be applied */
  prepare(config: AlertmanagerConfig | undefined): Change;
  /** Aborts what is under way. */
  close(): void;
}

export interface SilencesOptions {
  board: Board;
  log: Logger;
  /** Registries for metrics, which are added when they are first used. */
  registers: Registry[];
  /** Replaceable in tests. */
  timing?: Timing;
}

const FAILURE_WORDS = {
  failed: 'silences of Alertmanager cannot be read',
  works: 'silences of Alertmanager can be read again',
};

export function createSilences({ board, log, registers, timing }: SilencesOptions): Silences {
  let running = 'null';
  let current: KnownSilences | undefined;
  let isStarted = false;
  let polls: Counter | undefined;

  function countPolls(): Counter {
    const counter = new Counter({ ...M.polls, labelNames: M.polls.labels, registers });
    // `rate()` needs the initial zero
    for (const result of OUTPUT_RESULTS) counter.inc({ result }, 0);
    return counter;
  }

  return {
    get known() {
      return current;
    },
    start() {
      isStarted = true;
      current?.start();
    },
    prepare(config) {
      const next = JSON.stringify(config ?? null);
      if (next === running) return { apply: () => undefined };
      const made =
        config &&
        createKnownSilences({
          ...{ config, board, timing, failures: createFailureLog(log, FAILURE_WORDS) },
          polled: (result: OutputResult) => polls?.inc({ result }),
          left: (silences) =>
            log.warn({ silences }, 'silences of Alertmanager are not shown: their regular expressions take too long'),
        });
      return {
        apply() {
          running = next;
          current?.close();
          current = made;
          if (!made) return;
          polls ??= countPolls();
          if (isStarted) made.start();
        },
        discard: () => made?.close(),
      };
    },
    close: () => current?.close(),
  };
}
