/** Checks across components: names and `depends_on`. */
import { type ConfigProblem, didYouMean } from '../reading/problems';
import { type ComponentSource, problemAt } from '../reading/source';
import type { ParsedComponent } from './check';

/** A named item, and where it was written. */
export interface Named {
  name: string;
  source: ComponentSource;
}

/** A component that passed its own checks. */
export interface Candidate extends Named {
  component: ParsedComponent;
}

/** Reports a duplicate name, with both places. */
export function nameTaken({ name, source }: Named, other: ComponentSource): ConfigProblem {
  return problemAt(source, ['name'], `the name "${name}" is already used by ${describePlace(other, source)}`);
}

/** Reports every duplicate name. */
export function checkNames(components: readonly Named[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, ComponentSource>();
  for (const named of components) {
    const other = first.get(named.name);
    if (other === undefined) first.set(named.name, named.source);
    else problems.push(nameTaken(named, other));
  }
  return problems;
}

function describePlace(other: ComponentSource, from: ComponentSource): string {
  const { line, path } = other.place(['name']);
  const where = line === undefined ? path : `${path} in line ${line}`;
  return other.file === from.file ? where : `${where} of ${other.file}`;
}

/** Finding a similar name takes 4 ms among 1,000; without a limit, a reload would delay ticks. */
const MOST_HINTS = 10;
const MOST_NAMES = 5000;

/** Names in `depends_on` that are not in `names`. */
export function unknownDependencies(candidates: readonly Candidate[], names: readonly string[]): ConfigProblem[] {
  const known = new Set(names);
  const hints = new Map<string, string>();
  const hintFor = (name: string): string => {
    const hint =
      hints.get(name) ?? (hints.size < MOST_HINTS && names.length <= MOST_NAMES ? didYouMean(name, names) : '');
    hints.set(name, hint);
    return hint;
  };
  return candidates.flatMap(({ component, source }) =>
    component.depends_on.flatMap((name, index) =>
      known.has(name)
        ? []
        : [problemAt(source, ['depends_on', index], `no component is named "${name}"${hintFor(name)}`)]
    )
  );
}

/** One problem for each cycle in `depends_on`, reported at the component that comes first in the file. */
export function dependencyCycles(candidates: readonly Candidate[]): ConfigProblem[] {
  const byName = new Map(candidates.map((candidate) => [candidate.component.name, candidate]));
  const done = new Set<string>();
  const problems: ConfigProblem[] = [];
  const follow = (name: string, trail: string[]): void => {
    const candidate = byName.get(name);
    if (candidate === undefined || done.has(name)) return;
    const begin = trail.indexOf(name);
    if (begin >= 0) {
      const cycle = [...trail.slice(begin), name];
      const message =
        cycle.length === 2
          ? 'a component cannot depend on itself'
          : `is part of a cycle: ${cycle.join(' → ')}; remove one of these dependencies`;
      problems.push(problemAt(candidate.source, ['depends_on'], message));
      return;
    }
    for (const next of candidate.component.depends_on) follow(next, [...trail, name]);
    done.add(name);
  };
  for (const name of byName.keys()) follow(name, []);
  return problems;
}
