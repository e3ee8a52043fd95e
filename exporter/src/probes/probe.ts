/** The interface between probes, the scheduler and the board. */
import type { FailureReason, JsonValue, Status } from '@onehertz/contract';
import type { Logger } from 'pino';
import type { SafeText } from '../text/safe-text';

export type { JsonValue };

/** One sample of a type-specific gauge; `name` is one of the probe's `gauges`. */
export interface GaugeSample {
  name: string;
  /** Only the gauge's own labels, e.g. `queue`; `component`, `kind` and `type` are added by the output. */
  labels?: Record<string, string>;
  /** In base units: seconds, bytes, ratios from 0 to 1. */
  value: number;
}

/** A type-specific gauge, declared with its probe for the generation of docs/metrics.md. */
export interface GaugeDefinition {
  /** `component_<probe>_<what>_<unit>`, a public contract. */
  name: string;
  help: string;
  labels?: readonly string[];
}

/** The result of one run of a probe. */
export interface ProbeResult {
  status: Exclude<Status, 'unknown'>;
  /** Time that the liveness check took, without the making of the connection and the gathering of details. */
  responseTimeMs?: number;
  /** How long this process had stood still when that time began, see {@link stoodStillMs}; default: when the run began. */
  stoodStillBefore?: number;
  /** What it took to connect, if the connection was made for this answer, in milliseconds. */
  connectMs?: number;
  /** One short sentence for people when it works, e.g. `2 of 2 workers answering`. */
  message?: string;
  /** What was tried, what came back, what to do; set if `status` is unhealthy. Never contains a secret. */
  error?: string;
  /** The reason as one word if `status` is unhealthy; see {@link reasonOf}. Default: `other`. */
  reason?: FailureReason;
  /** Version of the server software, only digits if possible: `15.18`. */
  version?: string;
  /** Additional fields of the component's JSON object in `snake_case`; small, because they are sent every second. */
  details?: Record<string, JsonValue>;
  gauges?: GaugeSample[];
}

/** A sample whose labels may be shown. */
export interface SafeSample extends GaugeSample {
  labels?: Record<string, SafeText>;
}

/** A value of a result that cannot be shown. */
export interface LeftOut {
  /** Where: `details.size_bytes`, `gauges[2]`. */
  what: string;
  /** In a few words, without the value itself. */
  why: string;
}

/** A result that outputs may show as it is: `kit/guard.ts` makes it of what a probe returns. */
export interface SafeResult extends ProbeResult {
  message?: SafeText;
  error?: SafeText;
  version?: SafeText;
  gauges?: SafeSample[];
  /** What was left out of it. */
  leftOut?: readonly LeftOut[];
}

/** Where a result came from, for `component_probes_total{result}`. */
export type ProbeOutcome = 'success' | 'failure' | 'timeout';

/** A probe of one target. Nothing may throw outside of `run`, emit an unhandled `error` or outlive `close`. */
export interface Probe {
  /**
   * Checks the target once. Connects at the first call and keeps the connection. When `signal` aborts (timeout), it
   * cancels what it waits for, closes the hanging connection and settles immediately, with an `error` that names its
   * progress; the rest of that result is dropped. A failure is a result with status `unhealthy`; an exception counts as
   * one too.
   */
  run(signal: AbortSignal): Promise<ProbeResult>;
  /** Calls `listener` when a kept connection is lost or reopened, so that the target is probed immediately. */
  onConnectionChange?(listener: () => void): void;
  /** Repeats soon what the server had rejected, because the configuration was reloaded. */
  retryNow?(): void;
  /** Closes every connection and timer; resolves within 500 ms even if the peer is frozen. */
  close(): Promise<void>;
}

/** A probe all of whose results may be shown: what runs has passed `kit/guard.ts`. */
export interface SafeProbe extends Probe {
  run(signal: AbortSignal): Promise<SafeResult>;
  /** Never throws: it is called while a configuration is applied. */
  retryNow?(): void;
}

/** What a probe gets beside its target. */
export interface ProbeContext {
  /** Includes the component's name. For debugging the probe; results are logged by the scheduler. */
  log: Logger;
  /** Secrets of the target that must not appear in messages. */
  secrets: readonly string[];
}
