/** The values of each component metric for one component. */
import { STATUSES, upValue } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { judgedDependencies } from '../../board/consequence';
import type { ComponentState } from '../../board/state';
import { PROBES, type Target } from '../../probes';
import type { ProbeOutcome } from '../../probes/probe';
import { COMPONENT_METRICS as C, type MetricDefinition } from './definitions';
import type { DurationHistogram } from './duration-histogram';
import { labelText, valueText, type Labels } from './exposition';

/** A component as seen by the metrics. */
export interface Series {
  readonly state: ComponentState;
  /** Text of the labels common to all its samples. */
  readonly labels: string;
  readonly durations: DurationHistogram | undefined;
  /** Whether a version may become a label: a server may tell another one each time. */
  mayBeVersion(version: string): boolean;
}

/** All samples of one metric: a metric family in the exposition formats. */
export interface Family {
  readonly definition: MetricDefinition;
  /** If set, only components with this probe have samples. */
  readonly probe?: string;
  /** Approximate number of samples per component. */
  readonly samples: number;
  /**
   * The input of the samples: while it is unchanged (by `Object.is`, for arrays per element) and the configuration too,
   * so are the samples.
   */
  source(series: Series): unknown;
  /** The samples as lines, each with its line end. */
  lines(series: Series): string;
  /**
   * The digits of the values, in order, as integers that never decrease: counts, or numbers with a fixed number of
   * decimals. While nothing else in the lines can change, they are updated in place.
   */
  digits?(series: Series): readonly number[];
}

const OUTCOMES: readonly ProbeOutcome[] = ['success', 'failure', 'timeout'];

/** The labels of every series of a component. */
export function baseLabels(target: Target): Labels {
  return { component: target.name, kind: target.kind, type: target.type, ...target.labels };
}

/** Text of a component's labels and `more`; a component's own label with the name of one in `more` is dropped. */
function extended({ state, labels }: Series, more: Labels): string {
  const { labels: own } = state.target;
  for (const name in more) if (Object.hasOwn(own, name)) return labelText({ ...baseLabels(state.target), ...more });
  return `${labels},${labelText(more)}`;
}

/** A metric with at most one sample per component. */
function single(definition: MetricDefinition, value: (state: ComponentState) => number | undefined): Family {
  return {
    definition,
    samples: 1,
    source: ({ state }) => value(state),
    lines({ state, labels }) {
      const sample = value(state);
      return sample === undefined ? '' : `${definition.name}{${labels}} ${valueText(sample)}\n`;
    },
  };
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
/** Clocks are not more precise, and further digits would only make the exposition longer. */
const toMicroseconds = (value: number | undefined) => value && Math.round(value * 1e6) / 1e6;

const status: Family = {
  definition: C.status,
  samples: STATUSES.length,
  source: ({ state }) => state.status,
  lines: ({ state, labels }) =>
    STATUSES.map((one) => `${C.status.name}{${labels},status="${one}"} ${one === state.status ? 1 : 0}\n`).join(''),
};

const probes: Family = {
  definition: C.probes,
  samples: OUTCOMES.length,
  source: ({ state }) => OUTCOMES.reduce((sum, outcome) => sum + state.probes[outcome], 0),
  lines: ({ state, labels }) =>
    OUTCOMES.map((outcome) => `${C.probes.name}{${labels},result="${outcome}"} ${state.probes[outcome]}\n`).join(''),
  digits: ({ state }) => OUTCOMES.map((outcome) => state.probes[outcome]),
};

function versionOf({ state, mayBeVersion }: Series): string {
  const { version = '' } = state.last ?? {};
  return version === '' || mayBeVersion(version) ? version : '';
}

const info: Family = {
  definition: C.info,
  samples: 1,
  source: versionOf,
  lines(series) {
    const { target } = series.state;
    const labels = extended(series, {
      version: versionOf(series),
      display_name: target.display_name,
      critical: String(target.critical),
      probe: target.probe,
    });
    return `${C.info.name}{${labels}} 1\n`;
  },
};

const failureReason: Family = {
  definition: C.failureReason,
  samples: 1,
  source: ({ state }) => (state.status === 'unhealthy' ? state.reason : undefined),
  lines(series) {
    const { status, reason } = series.state;
    if (status !== 'unhealthy' || reason === undefined) return '';
    return `${C.failureReason.name}{${extended(series, { reason })}} 1\n`;
  },
};

const dependsOn: Family = {
  definition: C.dependsOn,
  samples: 1,
  source: () => undefined,
  lines: (series) =>
    // duplicate samples would be rejected
    [...new Set(series.state.target.depends_on)]
      .map((name) => `${C.dependsOn.name}{${extended(series, { depends_on: name })}} 1\n`)
      .join(''),
};

const link: Family = {
  definition: C.link,
  samples: 1,
  source: () => undefined,
  lines: (series) =>
    Object.entries(series.state.target.links)
      .map(([name, address]) => `${C.link.name}{${extended(series, { link: name, link_url: address })}} 1\n`)
      .join(''),
};

function consequenceOf(board: Pick<Board, 'get'>): Family {
  return {
    definition: C.consequenceOf,
    samples: 1,
    source({ state }) {
      const judged = judgedDependencies(state, board);
      return judged.size === 0 ? undefined : [...judged].flat();
    },
    lines: (series) =>
      [...judgedDependencies(series.state, board)]
        .map(
          ([name, follows]) => `${C.consequenceOf.name}{${extended(series, { depends_on: name })}} ${Number(follows)}\n`
        )
        .join(''),
  };
}

/** One of the gauges that a probe sets itself. */
function probeGauge(probe: string, definition: MetricDefinition): Family {
  return {
    definition,
    probe,
    samples: 1,
    source({ state }) {
      const samples = state.last?.gauges?.filter(({ name }) => name === definition.name) ?? [];
      const [only] = samples;
      // probes create new samples each time, mostly with unchanged values
      return only && samples.length === 1 && !only.labels ? only.value : samples;
    },
    lines(series) {
      // by labels: of several samples with equal labels the last one counts
      const lines = new Map<string, string>();
      for (const { name, value, labels } of series.state.last?.gauges ?? []) {
        if (name !== definition.name) continue;
        const text = labels ? extended(series, labels) : series.labels;
        lines.set(text, `${name}{${text}} ${valueText(value)}\n`);
      }
      return [...lines.values()].join('');
    },
  };
}

const durations: Family = {
  definition: C.duration,
  samples: 16,
  source: ({ durations }) => durations?.count,
  lines: ({ durations, labels }) => durations?.lines(labels) ?? '',
  digits: ({ durations }) => durations?.digits() ?? [],
};

/**
 * All of them, in the order of the exposition.
 * @param board what components depend on is there
 * @param histogram whether the durations of probes are among them
 */
export function componentFamilies(board: Pick<Board, 'get'>, histogram: boolean): Family[] {
  return [
    single(C.up, ({ status }) => upValue(status) ?? undefined),
    status,
    single(C.responseTime, ({ last }) => toMicroseconds(seconds(last?.responseTimeMs))),
    probes,
    single(C.changes, ({ changes }) => changes),
    single(C.upChanges, ({ upChanges }) => upChanges),
    failureReason,
    single(C.flapping, ({ flapping }) => Number(flapping)),
    single(C.maintenance, ({ maintenance }) => Number(maintenance)),
    single(C.maintenanceEnd, ({ asked }) => seconds(asked?.until)),
    single(C.lastProbe, ({ last }) => seconds(last?.startedAt)),
    single(C.lastChange, ({ since }) => seconds(since)),
    single(C.interval, ({ target }) => seconds(target.interval)),
    single(C.timeout, ({ target }) => seconds(target.timeout)),
    single(C.degradedAbove, ({ target }) => seconds(target.degraded_above)),
    info,
    dependsOn,
    consequenceOf(board),
    link,
    ...PROBES.flatMap(({ name, gauges }) => gauges.map((gauge) => probeGauge(name, { type: 'gauge', ...gauge }))),
    ...(histogram ? [durations] : []),
  ];
}
