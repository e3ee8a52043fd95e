/** Messages to and from the observer's process, which shares nothing else with the exporter or the run. */

/** How a component is checked, by other means than the exporter's: a new connection each time, and no client library. */
export interface CheckOrder {
  component: string;
  check: 'redis' | 'postgresql' | 'select' | 'amqp' | 'http';
  port: number;
  /** For `http`; any response below 400 is accepted, or any response at all with `anyAnswer`. */
  path?: string;
  anyAnswer?: boolean;
  /** For `select`: with a password that is asked for in plain text. */
  login?: { user: string; password: string; database: string };
  /** The servers whose processes must all run. */
  servers: string[];
  /** At least one of these must run and hold a connection to the port. */
  oneOf?: string[];
}

export type ToObserver =
  | { kind: 'begin'; checks: CheckOrder[]; everyMs: number }
  /** `undefined`: it is not running. */
  | { kind: 'process'; server: string; pid: number | undefined };

/** Sent only on changes. */
export interface Verdict {
  component: string;
  /** Milliseconds since the epoch. */
  at: number;
  up: boolean;
  why: string;
}
