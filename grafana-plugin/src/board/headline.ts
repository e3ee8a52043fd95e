/** The headline of the board: what is broken, since when, why, and what it takes along. */
import { headlineOf, type Headline, type HeadlineSource } from '@onehertz/contract';
import type { Component } from './component';
import { overallWord } from './counts';
import type { Registry } from './registry';

/** Tolerated difference between the clocks of exporter and browser, in milliseconds. */
export const CLOCKS_MS = 5000;

/** Causes are named by their keys. @param now in milliseconds since the epoch */
export function boardHeadline({ components, keyOf }: Registry, now: number): Headline {
  return headlineOf(
    Array.from(components.values(), (component) => sourceOf(component, keyOf, now)),
    now,
    overallWord(components.values())
  );
}

/**
 * Tells the components the names for people of what they depend on, and of what depends on them.
 * @returns whether one of them is another than before
 */
export function nameDependencies({ components, keyOf }: Registry): boolean {
  const neededBy = new Map<Component, string[]>();
  let hasChanged = false;
  for (const component of components.values()) {
    const { dependsOn, consequenceOf, dependsOnDown, labels, dependencyNames: before } = component;
    const names = new Map<string, string>();
    for (const name of new Set([...dependsOn, ...consequenceOf, ...dependsOnDown])) {
      const dependency = components.get(keyOf({ ...labels, component: name }));
      if (dependency) {
        names.set(name, dependency.displayName);
        const others = neededBy.get(dependency);
        if (others) {
          others.push(component.displayName);
        } else {
          neededBy.set(dependency, [component.displayName]);
        }
      }
    }
    if (before?.size !== names.size || [...names].some(([name, text]) => before.get(name) !== text)) {
      component.dependencyNames = names;
      hasChanged ||= names.size > 0;
    }
  }
  for (const component of components.values()) {
    const names = neededBy.get(component) ?? [];
    if (names.join() !== component.neededBy?.join()) {
      component.neededBy = names;
      hasChanged ||= names.length > 0;
    }
  }
  if (hasChanged) {
    components.forEach((component) => component.revision++);
  }
  return hasChanged;
}

function sourceOf(component: Component, keyOf: Registry['keyOf'], now: number): HeadlineSource {
  const { key, labels, status, displayName, critical, flapping, maintenance, stale } = component;
  const { since = component.standingSince, standingSince, sinceAtLeast, error, message, consequenceOf } = component;
  return {
    name: key,
    // the dependencies are those of its own exporter
    consequenceOf: consequenceOf.map((name) => keyOf({ ...labels, component: name })),
    maintenance: maintenance && !stale,
    // for a past time, the beginning of a later status is not known
    since: since !== undefined && since - now <= CLOCKS_MS ? since : undefined,
    reason: error ?? message,
    ...{ status, displayName, critical, flapping, standingSince, sinceAtLeast },
  };
}
