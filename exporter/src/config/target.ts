/** The last step: a checked component → the target that a probe is made for. */
import type { ParsedComponent } from './component';
import type { Target } from './components';
import { displayName } from './display-name';
import { resolveTiming, type Timing } from './timing';

/** @param names of all components: a dependency on any other is dropped (it was reported) */
export function toTarget(component: ParsedComponent, global: Timing, names: ReadonlySet<string>): Target {
  const entries = Object.entries(component).filter(([key]) => !key.endsWith('_file'));
  return {
    ...Object.fromEntries(entries),
    ...resolveTiming(component, global),
    display_name: component.display_name ?? displayName(component.name),
    depends_on: component.depends_on.filter((name) => names.has(name)),
    // checkComponent saw to it that `url` is there where the probe has one
  } as Target;
}
