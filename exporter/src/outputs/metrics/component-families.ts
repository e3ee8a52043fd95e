/** What each metric of the components says of one of them. */
import { STATUSES, upValue } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { judgedDependencies } from '../../board/consequence';
import type { ComponentState } from '../../board/state';
import { PROBES, type Target } from '../../probes';
import type { ProbeOutcome } from '../../probes/probe';
import { COMPONENT_METRICS as C, type MetricDefinition } from './definitions';
import type { DurationHistogram } from './duration-histogram';
import { labelText, valueText, type Labels } from './exposition';

/** A component as the metrics see it. */
export interface Series {
  readonly state: ComponentState;
  /** Text of the labels that all its samples have. */
  readonly labels: string;
  readonly durations: DurationHistogram | undefined;
}

/** All samples of one metric: what exposition formats call a metric family. */
export interface Family {
  readonly definition: MetricDefinition;
  /** Only components with this probe have samples of it. */
  readonly probe?: string;
  /** How many a component has, about. */
  readonly samples: number;
  /**
   * What the samples are made of: while it is the same (`Object.is`, of an array each element), so are they, as long as the
   * configuration is.
   */
  source(series: Series): unknown;
  /** The samples as lines, each with its line end. */
  lines(series: Series): string;
  /**
   * The digits of their values, in order, as whole numbers that never become smaller: of counts, or of numbers that are always
   * written with as many decimals. While nothing else in the lines can change, it saves writing them.
   */
  digits?(series: Series): readonly number[];
}

const OUTCOMES: readonly ProbeOutcome[] = ['success', 'failure', 'timeout'];

/** The labels of every series of a component. */
export function baseLabels(target: Target): Labels {
  return { component: target.name, kind: target.kind, type: target.type, ...target.labels };
}

/** Text of a component's labels and `more`; a label of its own that has the same name as one of `more` gives way. */
function extended({ state, labels }: Series, more: Labels): string {
  const { labels: own } = state.target;
  for (const name in more) if (Object.hasOwn(own, name)) return labelText({ ...baseLabels(state.target), ...more });
  return `${labels},${labelText(more)}`;
}

/** A metric of one sample per component at most. */
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
/** Clocks know no better, and the digits after that are long, different each time, and of no use to anybody. */
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

const info: Family = {
  definition: C.info,
  samples: 1,
  source: ({ state }) => state.last?.version,
  lines(series) {
    const { target, last } = series.state;
    const labels = extended(series, {
      version: last?.version ?? '',
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
    // a sample that is there twice would be refused
    [...new Set(series.state.target.depends_on)]
      .map((name) => `${C.dependsOn.name}{${extended(series, { depends_on: name })}} 1\n`)
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
      // probes make new samples each time, mostly of the same values
      return only && samples.length === 1 && !only.labels ? only.value : samples;
    },
    lines(series) {
      // by their labels: of two samples with the same ones the later counts
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
    single(C.lastProbe, ({ last }) => seconds(last?.startedAt)),
    single(C.lastChange, ({ since }) => seconds(since)),
    single(C.interval, ({ target }) => seconds(target.interval)),
    single(C.timeout, ({ target }) => seconds(target.timeout)),
    single(C.degradedAbove, ({ target }) => seconds(target.degraded_above)),
    info,
    dependsOn,
    consequenceOf(board),
    ...PROBES.flatMap(({ name, gauges }) => gauges.map((gauge) => probeGauge(name, { type: 'gauge', ...gauge }))),
    ...(histogram ? [durations] : []),
  ];
}
