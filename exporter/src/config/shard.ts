/**
 * Several exporters with one configuration: each watches a part of the components, or all of them from another vantage
 * point.
 */
import { hash } from '../runtime/hash';
import type { Config } from './schema';

/** One of `total` exporters that share the components of one configuration. */
export interface Shard {
  /** From 0 to `total - 1`. */
  readonly index: number;
  readonly total: number;
}

/** What distinguishes this exporter from others with the same configuration. */
export interface Placement {
  readonly shard: Shard;
  /** The vantage point, if other exporters watch the same components from elsewhere. */
  readonly vantage?: string;
}

/** The only exporter of its configuration. */
export const ALONE: Placement = { shard: { index: 0, total: 1 } };

/**
 * The shard of a component by rendezvous hashing (Thaler and Ravishankar, 1998): every shard gets a score for the name,
 * and the highest score wins. An additional shard takes components evenly from all others and moves none between them.
 */
export function shardFor(name: string, total: number): number {
  const seed = hash(name);
  let best = 0;
  let highest = -1;
  for (let index = 0; index < total; index++) {
    const score = mix(seed ^ mix(index + 1));
    if (score > highest) {
      highest = score;
      best = index;
    }
  }
  return best;
}

/**
 * The configuration with only the components of one shard. It was validated as a whole, because dependencies may be on
 * other shards.
 */
export function forShard(config: Config, { index, total }: Shard): Config {
  if (total === 1) return config;
  return { ...config, components: config.components.filter(({ name }) => shardFor(name, total) === index) };
}

/** Number of components on each shard. */
export function shardSizes(names: readonly string[], total: number): number[] {
  const shards = names.map((name) => shardFor(name, total));
  return Array.from({ length: total }, (_, index) => shards.filter((shard) => shard === index).length);
}

/**
 * The stream id for this exporter's own Live channels: exporters that push to the same channel would overwrite each
 * other.
 */
export function streamIdFor(streamId: string, { shard, vantage }: Placement): string {
  return [streamId, ...(vantage ? [vantage] : []), ...(shard.total > 1 ? [shard.index] : [])].join('-');
}

/**
 * The finalizer of MurmurHash3: each bit of the input changes half of the output bits, which distributes components
 * evenly.
 */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
