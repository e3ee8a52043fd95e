/** Resource usage of the exporter's process, and whether it grows. */
import { SELF_METRIC } from '@onehertz/contract';
import { readdirSync } from 'node:fs';
import { readMetrics } from './exporter-api';

export interface ResourceSample {
  /** Milliseconds since the epoch. */
  at: number;
  rssBytes: number;
  heapBytes: number;
  descriptors: number;
  ticksMissed: number;
}

/** @param pid of the exporter */
export async function sampleResources(origin: string, pid: number): Promise<ResourceSample> {
  const metrics = await readMetrics(origin);
  const value = (name: string) => metrics.get(name) ?? NaN;
  return {
    at: Date.now(),
    rssBytes: value('process_resident_memory_bytes'),
    heapBytes: value('nodejs_heap_size_used_bytes'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    ticksMissed: value(SELF_METRIC.missed),
  };
}

export interface Trend {
  /** Medians of the second and the last third of the run. */
  middle: number;
  last: number;
  /** Slope of a least-squares line through all but the first third, per hour. */
  slopePerHour: number;
}

/**
 * Between two garbage collections the heap only grows: the smallest sample of each minute is closest to the memory
 * really held.
 */
export function heapFloor(samples: readonly ResourceSample[], windowMs = 60_000): ResourceSample[] {
  const floors: ResourceSample[] = [];
  let begin = -Infinity;
  for (const sample of samples) {
    if (sample.at - begin >= windowMs) {
      begin = sample.at;
      floors.push(sample);
    } else if (sample.heapBytes < (floors.at(-1) as ResourceSample).heapBytes) floors[floors.length - 1] = sample;
  }
  return floors;
}

/** The first third is excluded: usage grows after a start. */
export function trendOf(samples: readonly ResourceSample[], key: 'rssBytes' | 'heapBytes' | 'descriptors'): Trend {
  const third = Math.floor(samples.length / 3);
  const points = samples.slice(third).map((sample) => ({ x: sample.at / 3_600_000, y: sample[key] }));
  const half = Math.floor(points.length / 2);
  return {
    middle: median(points.slice(0, half).map(({ y }) => y)),
    last: median(points.slice(half).map(({ y }) => y)),
    slopePerHour: slope(points),
  };
}

function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (key: 'x' | 'y') => points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const [x, y] = [mean('x'), mean('y')];
  const above = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  const below = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
