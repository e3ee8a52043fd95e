/** What all components have in common, and the target passed to a probe. */
import { z } from 'zod';
import { duration } from '../fields/duration';
import { componentName, labels, links, maintenance, positive } from '../fields/fields';

/** Settings of every component, whatever its probe. */
export const COMMON_FIELDS = {
  name: componentName().describe('Unique name; the `component` label of every series.'),
  display_name: z.string().min(1).max(100).optional().describe('Name shown to people; default: made from `name`.'),
  labels: labels.default({}).describe('Free labels, added to every series of this component.'),
  interval: duration()
    .optional()
    .describe('Time between two probes, in whole seconds; default: that of the probe, else the global one.'),
  timeout: duration()
    .optional()
    .describe('Deadline of one probe; must be below the interval. Default: that of the probe, else the global one.'),
  critical: z.boolean().default(false).describe('Whether the whole system is critical when this component is down.'),
  degraded_above: duration()
    .optional()
    .describe('Response time above which a healthy component counts as degraded; below the timeout.'),
  degraded_threshold: positive()
    .optional()
    .describe(
      'Consecutive degraded results before it shows as degraded, so that a few slow answers do not. Default: as many as take more than 3 s: 4 at an interval of 1 s, 1 from 4 s on.'
    ),
  failure_threshold: positive().default(1).describe('Consecutive failures before it counts as unhealthy.'),
  success_threshold: positive().default(1).describe('Consecutive successes before it counts as up again.'),
  depends_on: z.array(componentName()).default([]).describe('Components whose failure explains a failure of this one.'),
  links: links
    .default({})
    .describe(
      'Pages about it by their names, e.g. `{ Runbook: https://…, Logs: https://… }`: shown on its card and page, in the API and in its alerts.'
    ),
  maintenance: z
    .array(maintenance)
    .default([])
    .describe('Windows in which its status is `unknown` and no alert fires.'),
};

/** `kind` and `type`, whose defaults depend on the probe. */
export const placeFields = (kind: string, type: string) => ({
  kind: z
    .string()
    .min(1)
    .max(50)
    .default(kind)
    .describe('Section it is shown in: `microservice`, `infrastructure`, `receiver`, `model` or any other word.'),
  type: z.string().min(1).max(50).default(type).describe('What it is; chooses the icon.'),
});

/** A component as parsed by its schema, before secrets are read and times are resolved. */
export type ParsedComponent<Name extends string = string, Fields extends z.ZodRawShape = z.ZodRawShape> = {
  probe: Name;
} & z.output<z.ZodObject<typeof COMMON_FIELDS>> &
  z.output<z.ZodObject<ReturnType<typeof placeFields>>> &
  z.output<z.ZodObject<Fields>>;

type WithoutFiles<T> = { [K in keyof T as K extends `${string}_file` ? never : K]: T[K] };

/** The part of a target used by scheduler, board and outputs. Durations are in milliseconds. */
export type CommonTarget<Name extends string = string> = {
  probe: Name;
  interval: number;
  timeout: number;
  degraded_threshold: number;
  display_name: string;
} & Omit<z.output<z.ZodObject<typeof COMMON_FIELDS>>, 'interval' | 'timeout' | 'degraded_threshold' | 'display_name'> &
  z.output<z.ZodObject<ReturnType<typeof placeFields>>>;

/**
 * A component ready to be probed: defaults filled in, secrets read from their files, `url` present.
 * @typeParam Fields the settings specific to this probe
 */
export type TargetOf<Name extends string, Fields extends z.ZodRawShape> = CommonTarget<Name> &
  Omit<WithoutFiles<z.output<z.ZodObject<Fields>>>, 'url'> &
  // of any probe, also one that has an address and no URL
  (string extends keyof Fields ? unknown : 'url' extends keyof Fields ? { url: string } : unknown);
