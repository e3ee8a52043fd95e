/** What a probe says of itself. Schema, docs, examples, metrics, dashboard rows and card figures are derived from it. */
import { z } from 'zod';
import type { Finding } from '../fields/fields';
import { secretsIn, unwrapped } from '../fields/secrets';
import type { GaugeDefinition, Probe, ProbeContext } from './probe';
import { COMMON_FIELDS, placeFields, type ParsedComponent, type TargetOf } from './target';

/** When a component is probed, and how long that may take; in milliseconds. */
export interface Timing {
  interval: number;
  timeout: number;
}

/** A panel in the probe's row of the dashboard *Component*. */
export interface GaugePanel {
  title: string;
  description: string;
  /** Unit of the axis, as Grafana names it. */
  unit: 'none' | 's' | 'bytes' | 'percentunit';
  /**
   * Legends by gauge, without what all gauges of the row begin with. `{{queue}}` stands for the value of a label; of a moment
   * (`…_timestamp_seconds`) the time until then is shown.
   */
  series: Readonly<Record<string, string>>;
}

/** The probe's row of the dashboard *Component*. */
export interface DashboardRow {
  title: string;
  /** What the names of all its gauges begin with: `component_redis_`. */
  prefix: string;
  panels: readonly GaugePanel[];
}

/**
 * A figure that is worth a place on the card of a component. It is taken from the first of `keys` that the component has: details as the
 * stream has them, or gauges as Prometheus has them, without `component_`.
 */
export type Figure =
  /** `2 workers` */
  | { show: 'count'; noun: string; keys: readonly string[] }
  /** `3/20 users` */
  | { show: 'share'; noun: string; keys: readonly string[]; of: string }
  /** With the unit that the end of the key tells: `12.3 MB`, `94.1 %`. */
  | { show: 'value'; keys: readonly string[] }
  /** The text itself. */
  | { show: 'text'; keys: readonly string[] }
  /** `17 queued`: what waits in all queues, a list of maps with `ready`, or a map of lengths. */
  | { show: 'queued'; keys: readonly string[] }
  /** `uptime 3 h`, from seconds. */
  | { show: 'duration'; label: string; keys: readonly string[] }
  /** `certificate 12 d` */
  | { show: 'days'; label: string; keys: readonly string[] };

/** A component that environment variables describe, unchecked. */
export interface EnvironmentComponent {
  /** The variable that problems name. */
  variable: string;
  /** Its settings, without `probe`. */
  settings: Record<string, unknown>;
  /** Variables of settings that have one of their own. */
  variables?: Readonly<Record<string, string>>;
}

/** The variable that applications set anyway, and what it stands for. */
export interface EnvironmentRule {
  variable: string;
  /** For docs/configuration.md, in Markdown: the variable with those that belong to it; default: the variable alone. */
  form?: string;
  /** For docs/configuration.md, in Markdown: the component that it makes. */
  describes: string;
  /** A value, where it is more than a URL. */
  example?: string;
  /** It names several components: those come first. */
  isList?: boolean;
  /** @param get the trimmed value of a variable; `undefined` also if it is empty */
  read(get: (name: string) => string | undefined): EnvironmentComponent[];
}

export interface ProbeDefinition<Name extends string = string, Fields extends z.ZodRawShape = z.ZodRawShape> {
  /** As the configuration calls it. */
  name: Name;
  /** Default `kind` and `type` of its components. */
  kind: string;
  type: string;
  /** For docs/configuration.md: what it does, in Markdown. */
  purpose: string;
  /** A component in YAML, for docs/configuration.md; loaded by a test. */
  example: string;
  /** The settings that only its components have. Secrets are those with a twin, see {@link withFile}. */
  fields: Fields;
  /** Its address is that of a broker, a component of its own: a refused connection is a failure of that one. */
  throughBroker?: true;
  /** Where it need not, or must not, run every second. */
  timing?: Timing;
  /** What several settings say together, and no schema can. */
  check?(component: ParsedComponent<Name, Fields>): Finding[];
  environment?: EnvironmentRule;
  /** The series that only it sets. */
  gauges: readonly GaugeDefinition[];
  /** Absent if it has no gauges. */
  row?: DashboardRow;
  /** Most telling first. */
  figures: readonly Figure[];
  /** Loads the probe and its client library: when the first component of it is configured, not before. */
  load(): { create(target: TargetOf<Name, Fields>, context: ProbeContext): Probe };
}

/** Only for its types: what `fields` say holds for `check` and `load`. */
export function defineProbe<const Name extends string, Fields extends z.ZodRawShape>(
  definition: ProbeDefinition<Name, Fields>
): ProbeDefinition<Name, Fields> {
  return definition;
}

/** The whole schema of a component with this probe. */
export function schemaOf({ name, kind, type, fields }: Pick<AnyDefinition, 'name' | 'kind' | 'type' | 'fields'>) {
  return z.strictObject({ probe: z.literal(name), ...COMMON_FIELDS, ...placeFields(kind, type), ...fields });
}

/** A definition of which nothing is known but that it is one. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyDefinition = ProbeDefinition<string, any>;

/** The setting that says where the component is, and the scheme that an address without one is meant to have. */
export function placeOf(definition: Pick<AnyDefinition, 'fields'>): { key: string; scheme?: string } {
  const { url, address } = definition.fields as z.ZodRawShape;
  if (url === undefined || address !== undefined) return { key: 'address' };
  return { key: 'url', scheme: schemesOf(definition)[0] };
}

/** The schemes that its `url` may have. */
function schemesOf({ fields }: Pick<AnyDefinition, 'fields'>): readonly string[] {
  const { url } = fields as z.ZodRawShape;
  if (url === undefined) return [];
  const schemes = [url, unwrapped(url)].map((schema) => z.globalRegistry.get(schema)?.schemes);
  return schemes.find((found) => found !== undefined) ?? [];
}

/** The secrets of a target, by the schema of its probe. */
export function secretsOfTarget({ fields }: Pick<AnyDefinition, 'fields'>, target: unknown): string[] {
  return secretsIn(z.object(fields as z.ZodRawShape), target);
}
