/** The schema of onehertz.yml: the single source of types, defaults, the JSON Schema and docs/configuration.md. */
import { z } from 'zod';
import { duration } from '../fields/duration';
import { COMPONENT_SCHEMAS, PROBE_NAMES, type Target } from '../probes';
import { type AlertmanagerConfig, alertmanagerSchema } from './alertmanager';
import { type GrafanaLiveConfig, grafanaLiveSchema } from './grafana-live';
import type { WebConfig } from './web/load';

type Schemas = [(typeof COMPONENT_SCHEMAS)['http'], ...(typeof COMPONENT_SCHEMAS)['http'][]];
const component = z.discriminatedUnion('probe', PROBE_NAMES.map((name) => COMPONENT_SCHEMAS[name]) as Schemas);

export const fileSdSchema = z.strictObject({
  file_sd: z
    .string()
    .min(1)
    .describe(
      'Prometheus file_sd files (JSON or YAML), e.g. `targets/*.yml`, relative to this file; re-read on change.'
    ),
});

export const configSchema = z.strictObject({
  interval: duration().prefault('1s').describe('Time between two probes of a component that does not set its own.'),
  timeout: duration().prefault('800ms').describe('Deadline of a probe of a component that does not set its own.'),
  flapping: z
    .strictObject({
      window: z.number().int().min(5).max(200).default(21).describe('How many recent results are considered.'),
      start: z.number().min(1).max(100).default(30).describe('Percentage of changes at which flapping begins.'),
      stop: z.number().min(0).max(100).default(15).describe('Percentage of changes below which it ends.'),
    })
    .prefault({})
    .describe('Flap detection with hysteresis, as Nagios does it: newer changes weigh more.'),
  histogram: z.boolean().default(true).describe('Whether `component_probe_duration_seconds` is exposed.'),
  events: z
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(1000)
    .describe('How many transitions are kept for `/api/v1/events`.'),
  grafana_live: grafanaLiveSchema
    .optional()
    .describe('Pushes every tick and every change to Grafana Live, so that panels need not poll.'),
  alertmanager: alertmanagerSchema
    .optional()
    .describe('Shows silences of Alertmanager at the components whose alerts they mute, and makes them on request.'),
  components: z.array(z.union([component, fileSdSchema])).describe('The components to probe.'),
});

/** The content of the file, before secrets are read and file_sd is expanded. */
export type ParsedConfig = z.output<typeof configSchema>;

/** A configuration that is ready to run. */
export interface Config extends Omit<
  ParsedConfig,
  'components' | 'interval' | 'timeout' | 'grafana_live' | 'alertmanager'
> {
  grafana_live?: GrafanaLiveConfig;
  alertmanager?: AlertmanagerConfig;
  components: Target[];
  /** From the file of `--web.config.file`. */
  web?: WebConfig;
}
