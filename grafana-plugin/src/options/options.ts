/** The panel's options and their defaults, as stored in dashboards. Names are a public contract, see migrations.ts. */
import type { Status } from '@onehertz/contract';
import type { SortBy } from '../board/arrange';

export type View = 'auto' | 'grid' | 'compact' | 'table';

/** Optional parts of a card or row. */
export type Part = 'responseTime' | 'sparkline' | 'history' | 'message' | 'since' | 'details';

export interface StatusPanelOptions {
  view: View;
  /** `kind`, `type`, `status`, any label, or empty for one section. */
  groupBy: string;
  sortBy: SortBy;
  /** Only components with one of these statuses; empty: all. */
  statuses: Status[];
  showOverview: boolean;
  showToolbar: boolean;
  parts: Part[];
  /** Minimum width of a card in pixels. */
  cardWidth: number;
  /** Length of the history in minutes; 0: that of the dashboard's time range, see {@link historyLength}. */
  historyMinutes: number;
  /** Age in seconds from which data is stale; 0: three intervals of its source. */
  staleAfterSeconds: number;
  /** Labels that identify a component, separated by commas. */
  componentLabel: string;
  /** The uid of a Prometheus data source that is asked for what was before the panel opened; empty for none. */
  historySource: string;
  /** Label matchers for that, without braces. */
  historyMatchers: string;
  /** The name of a component whose details are shown in place of the board; empty for the board. */
  detailsOf: string;
}

export const DEFAULT_OPTIONS: StatusPanelOptions = {
  view: 'auto',
  groupBy: 'kind',
  sortBy: 'severity',
  statuses: [],
  showOverview: true,
  showToolbar: true,
  parts: ['responseTime', 'sparkline', 'history', 'message', 'since', 'details'],
  cardWidth: 240,
  historyMinutes: 0,
  staleAfterSeconds: 0,
  componentLabel: 'component',
  historySource: '',
  historyMatchers: '',
  detailsOf: '',
};

const LONGEST_HISTORY_MINUTES = 24 * 60;

/**
 * The length of the history in milliseconds: as the option says, else as long as the time range, but at most a day: what lies between
 * two points of a longer one would be missed.
 * @param range both in milliseconds since the epoch
 */
export function historyLength(
  { historyMinutes }: Pick<StatusPanelOptions, 'historyMinutes'>,
  range: { from: number; to: number }
): number {
  const minutes = historyMinutes > 0 ? historyMinutes : (range.to - range.from) / 60_000;
  // from and to of "now-15m" may be a few milliseconds apart from that
  return Math.round(clamp(minutes, 1, LONGEST_HISTORY_MINUTES, 5) * 60) * 1000;
}

/** Adds missing options and corrects invalid ones. */
export function completeOptions(stored: Partial<StatusPanelOptions> | undefined): StatusPanelOptions {
  const options = { ...DEFAULT_OPTIONS, ...stored };
  return {
    ...options,
    groupBy: options.groupBy ?? '',
    statuses: Array.isArray(options.statuses) ? options.statuses : [],
    parts: Array.isArray(options.parts) ? options.parts : DEFAULT_OPTIONS.parts,
    cardWidth: clamp(options.cardWidth, 140, 800, DEFAULT_OPTIONS.cardWidth),
    historyMinutes: clamp(options.historyMinutes, 0, LONGEST_HISTORY_MINUTES, DEFAULT_OPTIONS.historyMinutes),
    staleAfterSeconds: clamp(options.staleAfterSeconds, 0, 86_400, 0),
    historySource: text(options.historySource),
    historyMatchers: text(options.historyMatchers),
    detailsOf: text(options.detailsOf),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function clamp(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}

/** The labels in `componentLabel`; the default if it is empty. */
export function identityLabels({ componentLabel }: StatusPanelOptions): string[] {
  const labels = String(componentLabel ?? '')
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  return labels.length > 0 ? labels : [DEFAULT_OPTIONS.componentLabel];
}
