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

/** Tells the components the names for people of what they depend on. @returns whether one of them is another than before */
export function nameDependencies({ components, keyOf }: Registry): boolean {
  let hasChanged = false;
  for (const component of components.values()) {
    const { dependsOn, consequenceOf, dependsOnDown, labels, dependencyNames: before } = component;
    if (dependsOn.length + consequenceOf.length + dependsOnDown.length === 0) {
      continue;
    }
    const names = new Map<string, string>();
    for (const name of [...dependsOn, ...consequenceOf, ...dependsOnDown]) {
      const displayName = components.get(keyOf({ ...labels, component: name }))?.displayName;
      if (displayName !== undefined) {
        names.set(name, displayName);
      }
    }
    const isSame = before?.size === names.size && [...names].every(([name, text]) => before.get(name) === text);
    if (!isSame) {
      component.dependencyNames = names;
      component.revision++;
      hasChanged = true;
    }
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
