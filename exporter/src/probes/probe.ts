/** The contract between a probe, the scheduler that runs it and the board that keeps its results. */
import type { FailureReason, JsonValue, Status } from '@onehertz/contract';
import type { Logger } from 'pino';
import type { SafeText } from '../text/safe-text';

export type { JsonValue };

/** One sample of a type-specific gauge; `name` is one of the probe's `gauges`. */
export interface GaugeSample {
  name: string;
  /** Only the gauge's own labels, e.g. `queue`; `component`, `kind`, `type` are added by the output. */
  labels?: Record<string, string>;
  /** In base units: seconds, bytes, ratios from 0 to 1. */
  value: number;
}

/** A type-specific gauge: declared beside the probe that sets it, so that docs/metrics.md can be generated. */
export interface GaugeDefinition {
  /** `component_<probe>_<what>_<unit>`, a public contract. */
  name: string;
  help: string;
  labels?: readonly string[];
}

/** What one run of a probe says. */
export interface ProbeResult {
  status: Exclude<Status, 'unknown'>;
  /** Time that the liveness check took, without the making of the connection and the gathering of details. */
  responseTimeMs?: number;
  /** What it took to connect, if the connection was made for this answer, in milliseconds. */
  connectMs?: number;
  /** One short sentence for people when it works, e.g. `2 of 2 workers answer`. */
  message?: string;
  /** What was tried, what came back, what to do; set when `status` is unhealthy. Never holds a secret. */
  error?: string;
  /** Why in one word, when `status` is unhealthy; see {@link reasonOf}. Default: `other`. */
  reason?: FailureReason;
  /** Version of the server's software, digits only where possible: `15.18`. */
  version?: string;
  /** Further fields of the component's JSON object, `snake_case`, small: they travel every second. */
  details?: Record<string, JsonValue>;
  gauges?: GaugeSample[];
}

/** A sample whose labels may be shown. */
export interface SafeSample extends GaugeSample {
  labels?: Record<string, SafeText>;
}

/** A result that outputs may show as it is: `kit/guard.ts` makes it of what a probe returns. */
export interface SafeResult extends ProbeResult {
  message?: SafeText;
  error?: SafeText;
  version?: SafeText;
  gauges?: SafeSample[];
}

/** Where a result came from, for `component_probes_total{result}`. */
export type ProbeOutcome = 'success' | 'failure' | 'timeout';

/** A probe of one target. Nothing here may throw outside `run`, emit an unhandled `error` or outlive `close`. */
export interface Probe {
  /**
   * Checks the target once. Opens its connection at the first call and keeps it.
   * When `signal` aborts (the deadline passed), gives up what it waits for, closes the connection that hangs and settles at once,
   * with an `error` that says how far it came; the rest of that result is dropped. A failure is a result with status `unhealthy`; anything thrown counts as one too.
   */
  run(signal: AbortSignal): Promise<ProbeResult>;
  /** Calls `listener` when a kept connection is lost or regained, so that the target is probed at once. */
  onConnectionChange?(listener: () => void): void;
  /** Asks again soon what the server said no to, instead of when its time comes: the configuration was reloaded. */
  retryNow?(): void;
  /** Closes every connection and timer; resolves within 500 ms also when the peer is frozen. */
  close(): Promise<void>;
}

/** A probe all of whose results may be shown: what runs has passed `kit/guard.ts`. */
export interface SafeProbe extends Probe {
  run(signal: AbortSignal): Promise<SafeResult>;
}

/** What a probe gets beside its target. */
export interface ProbeContext {
  /** Bound to the component's name. For what a person debugging the probe wants to know; results are logged by the scheduler. */
  log: Logger;
  /** Secrets of the target, which no message may hold. */
  secrets: readonly string[];
}
