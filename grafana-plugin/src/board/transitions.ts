/** Recent status changes of a component, from its history. */
import { isUp, statusOfRank, type Status } from '@onehertz/contract';
import type { Component } from './component';
import { peakAt, rankAt } from './history';
import { NO_DATA } from './ranks';

export interface Transition {
  /** Milliseconds since the epoch; exact if observed live, else with the resolution of the history. */
  at: number;
  from: Status;
  to: Status;
  /** The reason, if known. */
  text: string;
}

/** Changes within the history before `now`, newest first. Gaps without data are not changes. */
export function transitionsOf(component: Component, now: number): Transition[] {
  const { layers, notes } = component;
  const { bucketMs, buckets } = layers.shape;
  const last = Math.floor(now / bucketMs);
  const transitions: Transition[] = [];
  let before = NO_DATA;
  for (let id = last - buckets + 1; id <= last; id++) {
    const rank = rankAt(layers, id);
    if (rank === NO_DATA) {
      continue;
    }
    const [from, to] = [statusOfRank(before), statusOfRank(rank)];
    if (from && to && from !== to) {
      const note = notes.find(({ at, to: noted }) => noted === to && Math.floor(at / bucketMs) === id);
      transitions.push({ at: note?.at ?? id * bucketMs, from, to, text: note?.text ?? '' });
    }
    before = rank;
  }
  return transitions.reverse();
}

/** Share of the history before `now` in which the component was up, from 0 to 1; `undefined` without data. */
export function upShare(component: Component, now: number): number | undefined {
  const { known, up } = countBuckets(component, now);
  return known === 0 ? undefined : up / known;
}

/** How much of the history before `now` is known, in milliseconds. @param holdMs how long a sample is valid */
export function seenMs(component: Component, now: number, holdMs: number): number {
  const { bucketMs, buckets } = component.layers.shape;
  return Math.min(buckets * bucketMs, countBuckets(component, now).known * Math.max(bucketMs, holdMs));
}

/** Of how many buckets of the history before `now` something is known, and in how many of them the component was up. */
function countBuckets({ layers }: Component, now: number): { known: number; up: number } {
  const { bucketMs, buckets } = layers.shape;
  const last = Math.floor(now / bucketMs);
  const count = { known: 0, up: 0 };
  for (let id = last - buckets + 1; id <= last; id++) {
    const status = statusOfRank(rankAt(layers, id));
    if (status && status !== 'unknown') {
      count.known++;
      count.up += isUp(status) ? 1 : 0;
    }
  }
  return count;
}

/** The longest response time in the history before `now` in milliseconds; `undefined` without data. */
export function peakOf({ layers }: Component, now: number): number | undefined {
  const { bucketMs, buckets } = layers.shape;
  const last = Math.floor(now / bucketMs);
  let longest: number | undefined;
  for (let id = last - buckets + 1; id <= last; id++) {
    const peak = peakAt(layers, id);
    if (peak > (longest ?? -1)) {
      longest = peak;
    }
  }
  return longest;
}
