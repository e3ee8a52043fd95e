/** Filters, groups and sorts the components for display. */
import { compareUrgency, kindPlace, kindTitle, RANK, type Status } from '@onehertz/contract';
import type { Component } from './component';
import { countUp } from './counts';

export type SortBy = 'severity' | 'name' | 'latency' | 'source';

export interface Arrangement {
  /** `kind`, `type`, `status`, any label, or empty for one section. */
  groupBy: string;
  sortBy: SortBy;
  /** Words that must all occur, case-insensitive. */
  filter: string;
  /** Statuses to show; empty: all. */
  statuses: readonly Status[];
  /** Positions to keep, even of components whose status no longer matches: nothing moves under the pointer. */
  hold?: ReadonlyMap<string, number>;
}

export interface Section {
  /** The value shared by its components. */
  key: string;
  title: string;
  components: Component[];
  up: number;
}

/** Natural order: `web-2` before `web-10`. */
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function arrange(components: Iterable<Component>, arrangement: Arrangement): Section[] {
  const { groupBy, filter, statuses, hold } = arrangement;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = new Map<string, Section>();
  for (const component of components) {
    const wanted = statuses.length === 0 || statuses.includes(component.status) || hold?.has(component.key);
    if (!wanted || !matches(component, words)) {
      continue;
    }
    const key = groupOf(component, groupBy);
    let section = sections.get(key);
    if (!section) {
      sections.set(key, (section = { key, title: titleOf(key, groupBy), components: [], up: 0 }));
    }
    section.components.push(component);
  }
  const compare = comparator(arrangement);
  for (const section of sections.values()) {
    section.components.sort(compare);
    section.up = countUp(section.components);
  }
  return [...sections.values()].sort(sectionOrder(arrangement));
}

/** With the most urgent first, the sections too are in the order of their most urgent component. */
function sectionOrder({ groupBy, sortBy, hold }: Arrangement): (a: Section, b: Section) => number {
  return (a, b) => {
    const place = hold ? placeIn(hold, a.components) - placeIn(hold, b.components) || 0 : 0;
    const urgency = !hold && sortBy === 'severity' ? compareUrgency(a.components[0], b.components[0]) : 0;
    return place || urgency || compareGroups(a.key, b.key, groupBy);
  };
}

/** The first position of one of these components; Infinity if all of them are new. */
function placeIn(hold: ReadonlyMap<string, number>, components: readonly Component[]): number {
  return Math.min(...components.map(({ key }) => hold.get(key) ?? Infinity));
}

function groupOf(component: Component, groupBy: string): string {
  switch (groupBy) {
    case '':
      return '';
    case 'kind':
      return component.kind;
    case 'type':
      return component.type;
    case 'status':
      return component.status;
    default:
      return component.labels[groupBy] ?? '';
  }
}

/** The heading of a section. */
export function titleOf(key: string, groupBy: string): string {
  if (groupBy === '') {
    return 'Components';
  }
  if (groupBy === 'kind') {
    return kindTitle(key);
  }
  return key === '' ? `No ${groupBy}` : key.charAt(0).toUpperCase() + key.slice(1);
}

function compareGroups(a: string, b: string, groupBy: string): number {
  if (groupBy === 'status') {
    return (RANK[b as Status] ?? 0) - (RANK[a as Status] ?? 0);
  }
  const place = groupBy === 'kind' ? kindPlace : lastIfEmpty;
  return place(a) - place(b) || names.compare(a, b);
}

/** Sorts components without the value last. */
function lastIfEmpty(key: string): number {
  return key === '' ? 1 : 0;
}

/** Every word must occur in the name, kind, type, status, a label value, the message or the error. */
function matches(component: Component, words: readonly string[]): boolean {
  if (words.length === 0) {
    return true;
  }
  const { name, displayName, kind, type, status, message, error, labels } = component;
  const text = [name, displayName, kind, type, status, message, error, ...Object.values(labels)]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

type Compare = (a: Component, b: Component) => number;

function comparator({ sortBy, hold }: Arrangement): Compare {
  const order = orderBy(sortBy);
  if (!hold) {
    return order;
  }
  const place = ({ key }: Component) => hold.get(key) ?? Infinity;
  return (a, b) => {
    const [placeA, placeB] = [place(a), place(b)];
    return placeA === placeB ? order(a, b) : placeA - placeB;
  };
}

function orderBy(sortBy: SortBy): Compare {
  const byName: Compare = (a, b) => names.compare(a.displayName, b.displayName) || names.compare(a.key, b.key);
  switch (sortBy) {
    case 'severity':
      return (a, b) => compareUrgency(a, b) || byName(a, b);
    case 'latency':
      return (a, b) => (b.responseTimeMs ?? -1) - (a.responseTimeMs ?? -1) || byName(a, b);
    case 'name':
      return byName;
    case 'source':
      return () => 0;
  }
}

/** The positions of all components, to be held in the next arrangement. */
export function positionsOf(sections: readonly Section[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const { components } of sections) {
    for (const { key } of components) {
      positions.set(key, positions.size);
    }
  }
  return positions;
}
