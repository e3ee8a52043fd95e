/**
 * The definition of a probe, from which schema, docs, examples, metrics, dashboard row and card figures are derived.
 */
import { z } from 'zod';
import type { Finding } from '../fields/fields';
import { secretsIn, unwrapped } from '../fields/secrets';
import type { GaugeDefinition, Probe, ProbeContext } from './probe';
import { COMMON_FIELDS, placeFields, type ParsedComponent, type TargetOf } from './target';

/** Interval and timeout in milliseconds. */
export interface Timing {
  interval: number;
  timeout: number;
}

/** A panel in the probe's row of the dashboard *Component*. */
export interface GaugePanel {
  title: string;
  description: string;
  /** Unit of the axis, by its name in Grafana. */
  unit: 'none' | 's' | 'bytes' | 'percentunit';
  /**
   * Legends by gauge, without the row's prefix. `{{queue}}` stands for the value of a label; for a time
   * (`…_timestamp_seconds`) the remaining time is shown.
   */
  series: Readonly<Record<string, string>>;
}

/** The probe's row of the dashboard *Component*. */
export interface DashboardRow {
  title: string;
  /** Common prefix of the names of all its gauges: `component_redis_`. */
  prefix: string;
  panels: readonly GaugePanel[];
}

/**
 * A figure shown on a component's card. It is taken from the first of `keys` that the component has: details in the
 * stream, or gauges in Prometheus without `component_`.
 */
export type Figure =
  /** `2 workers` */
  | { show: 'count'; noun: string; keys: readonly string[] }
  /** `3/20 users` */
  | { show: 'share'; noun: string; keys: readonly string[]; of: string }
  /** With the unit given by the suffix of the key: `12.3 MiB`, `94.1 %`. */
  | { show: 'value'; keys: readonly string[] }
  /** The text itself. */
  | { show: 'text'; keys: readonly string[] }
  /** `17 queued`: total of all queues, from a list of maps with `ready` or a map of lengths. */
  | { show: 'queued'; keys: readonly string[] }
  /** `uptime 3 h`, from seconds. */
  | { show: 'duration'; label: string; keys: readonly string[] }
  /** `certificate 12 d` */
  | { show: 'days'; label: string; keys: readonly string[] };

/** A component described by environment variables, not validated. */
export interface EnvironmentComponent {
  /** The variable named in problems. */
  variable: string;
  /** Its settings, without `probe`. */
  settings: Record<string, unknown>;
  /** Variables for individual settings. */
  variables?: Readonly<Record<string, string>>;
}

/** A variable that applications commonly set, and the component it describes. */
export interface EnvironmentRule {
  variable: string;
  /** For docs/configuration.md, in Markdown: the variable with related ones; default: the variable alone. */
  form?: string;
  /** For docs/configuration.md, in Markdown: the component that it makes. */
  describes: string;
  /** An example value, if it is more than a URL. */
  example?: string;
  /** Whether it names several components; these come first. */
  isList?: boolean;
  /** @param get the trimmed value of a variable; `undefined` also if it is empty */
  read(get: (name: string) => string | undefined): EnvironmentComponent[];
}

export interface ProbeDefinition<Name extends string = string, Fields extends z.ZodRawShape = z.ZodRawShape> {
  /** Name in the configuration. */
  name: Name;
  /** Default `kind` and `type` of its components. */
  kind: string;
  type: string;
  /** For docs/configuration.md: description in Markdown. */
  purpose: string;
  /** A component in YAML, for docs/configuration.md; loaded by a test. */
  example: string;
  /** Settings specific to this probe. Those with a twin are secret, see {@link withFile}. */
  fields: Fields;
  /** Its address is that of a broker, a component of its own: a refused connection is a failure of that one. */
  throughBroker?: true;
  /** Where it need not, or must not, run every second. */
  timing?: Timing;
  /** Rules across settings that the schema cannot express. */
  check?(component: ParsedComponent<Name, Fields>): Finding[];
  environment?: EnvironmentRule;
  /** The gauges that only this probe sets. */
  gauges: readonly GaugeDefinition[];
  /** Absent if it has no gauges. */
  row?: DashboardRow;
  /** Most informative first. */
  figures: readonly Figure[];
  /** Loads the probe and its client library, when the first component of it is configured. */
  load(): { create(target: TargetOf<Name, Fields>, context: ProbeContext): Probe };
}

/** Identity function for type inference: the types of `fields` apply to `check` and `load`. */
export function defineProbe<const Name extends string, Fields extends z.ZodRawShape>(
  definition: ProbeDefinition<Name, Fields>
): ProbeDefinition<Name, Fields> {
  return definition;
}

/** The whole schema of a component with this probe. */
export function schemaOf({ name, kind, type, fields }: Pick<AnyDefinition, 'name' | 'kind' | 'type' | 'fields'>) {
  return z.strictObject({ probe: z.literal(name), ...COMMON_FIELDS, ...placeFields(kind, type), ...fields });
}

/** A definition of any probe. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyDefinition = ProbeDefinition<string, any>;

/** The setting with the component's address, and its default scheme. */
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

/** The secrets of a target, according to its probe's schema. */
export function secretsOfTarget({ fields }: Pick<AnyDefinition, 'fields'>, target: unknown): string[] {
  return secretsIn(z.object(fields as z.ZodRawShape), target);
}
