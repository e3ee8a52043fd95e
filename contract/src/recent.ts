/**
 * The last minutes of a component, second by second, in a form that is short while little happens: runs of equal
 * statuses, each a letter and a number of seconds, oldest first. `h283u12h5` is 283 s healthy, 12 s unhealthy, 5 s
 * healthy.
 */
import { isUp, RANK, type Status } from './status';

/** How many seconds of each component the exporter remembers. */
export const RECENT_SECONDS = 300;

/** One letter per status, in everything that is written compactly. */
export const STATUS_LETTERS: Readonly<Record<Status, string>> = {
  healthy: 'h',
  degraded: 'd',
  warning: 'w',
  unhealthy: 'u',
  unknown: '?',
};

const STATUS_OF = new Map(Object.entries(STATUS_LETTERS).map(([status, letter]) => [letter, status as Status]));

/** The status that a letter stands for; `undefined` if it is none of them. */
export function statusOfLetter(letter: string): Status | undefined {
  return STATUS_OF.get(letter);
}

/** For seconds of which the exporter knows nothing: it was not running, or was not allowed to run. */
const NOTHING = '-';

/** What a component has been lately, as the API and the stream's first snapshot say it. */
export type RecentJson = {
  /** The last whole second of `statuses`, which includes it. ISO 8601 UTC. */
  until: string;
  /** See {@link writeRuns}. */
  statuses: string;
};

/** Some seconds with one status: the worst within each of them. */
export interface Run {
  /** `undefined` if it is not known. */
  status: Status | undefined;
  seconds: number;
}

/** @param runs oldest first */
export function writeRuns(runs: Iterable<Run>): string {
  let text = '';
  for (const { status, seconds } of runs) text += `${status ? STATUS_LETTERS[status] : NOTHING}${seconds}`;
  return text;
}

/** Parses the output of {@link writeRuns}, oldest first; what is something else is skipped. */
export function readRuns(text: string): Run[] {
  return Array.from(text.matchAll(/([a-z?-])(\d{1,6})/g), ([, letter = '', seconds]) => ({
    status: statusOfLetter(letter),
    seconds: Number(seconds),
  }));
}

/** Of how many seconds something is known, and in how many of them it was up. */
export function upSeconds(runs: Iterable<Run>): { known: number; up: number } {
  const sum = { known: 0, up: 0 };
  for (const { status, seconds } of runs) {
    if (status === undefined || status === 'unknown') continue;
    sum.known += seconds;
    if (isUp(status)) sum.up += seconds;
  }
  return sum;
}

/** A share as people read it, rounded down so that only all of it is 100: `99.2 %`. */
export function percentText(share: number): string {
  return `${share >= 1 ? '100' : (Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/**
 * The worst status of each of the last `count` steps of `stepSeconds`, oldest first. Steps begin at multiples of their length, so that one
 * keeps its status while time goes on.
 * @param until the last second of `runs`, in seconds since the epoch
 */
export function worstPerStep(
  runs: readonly Run[],
  until: number,
  { stepSeconds, count }: { stepSeconds: number; count: number }
): Array<Status | undefined> {
  const last = Math.floor(until / stepSeconds);
  const worst = Array<Status | undefined>(count).fill(undefined);
  let end = until;
  for (const { status, seconds } of [...runs].reverse()) {
    const begin = end - seconds + 1;
    if (status)
      for (let step = Math.floor(begin / stepSeconds); step <= Math.floor(end / stepSeconds); step++) {
        const place = count - 1 - (last - step);
        const before = worst[place];
        if (place >= 0 && (before === undefined || RANK[status] > RANK[before])) worst[place] = status;
      }
    end = begin - 1;
  }
  return worst;
}
