/** What the observer is told, and what it tells: its process shares nothing else with the exporter or the run. */

/** How a component is checked, by other means than the exporter's: a new connection each time, and no client library. */
export interface CheckOrder {
  component: string;
  check: 'redis' | 'postgresql' | 'amqp' | 'http';
  port: number;
  /** Of `http`; any answer below 400 will do, or any answer at all if `anyAnswer`. */
  path?: string;
  anyAnswer?: boolean;
  /** The servers whose processes must all run. */
  servers: string[];
  /** Of these one must run, and hold a connection to the port. */
  oneOf?: string[];
}

export type ToObserver =
  | { kind: 'begin'; checks: CheckOrder[]; everyMs: number }
  /** `undefined`: it does not run. */
  | { kind: 'process'; server: string; pid: number | undefined };

/** Only when it changes. */
export interface Verdict {
  component: string;
  /** Milliseconds since the epoch. */
  at: number;
  up: boolean;
  why: string;
}
