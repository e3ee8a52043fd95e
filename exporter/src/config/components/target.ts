/** The last step: converts a checked component to the target of a probe. */
import type { Target } from '../../probes';
import type { Timing } from '../../probes/definition';
import type { ParsedComponent } from './check';
import { displayName } from './display-name';
import { resolveDegradedThreshold, resolveTiming } from './timing';

/** @param names names of all components; other dependencies are dropped (they were reported) */
export function toTarget(component: ParsedComponent, global: Timing, names: ReadonlySet<string>): Target {
  // Assigned key by key: V8 gives each object that is made by spreading its own hidden class, and there may be
  // thousands.
  const target: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(component)) if (!key.endsWith('_file')) target[key] = value;
  // checkComponent saw to it that `url` is there where the probe has one
  const timing = resolveTiming(component, global);
  return Object.assign(target, timing, {
    degraded_threshold: resolveDegradedThreshold(component, timing.interval),
    display_name: component.display_name ?? displayName(component.name),
    depends_on: component.depends_on.filter((name) => names.has(name)),
  }) as unknown as Target;
}
