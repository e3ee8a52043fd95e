/** Several exporters with one configuration: each watches its part of the components, or all of them from somewhere else. */
import { hash } from '../runtime/hash';
import type { Config } from './schema';

/** One of `total` exporters that share the components of one configuration. */
export interface Shard {
  /** From 0 to `total - 1`. */
  readonly index: number;
  readonly total: number;
}

/** What tells this exporter from others that have the same configuration. */
export interface Placement {
  readonly shard: Shard;
  /** The name of the place from which it watches, when others watch the same components from elsewhere. */
  readonly vantage?: string;
}

/** The only exporter of its configuration, as most are. */
export const ALONE: Placement = { shard: { index: 0, total: 1 } };

/**
 * The shard that a component belongs to, by rendezvous hashing (Thaler and Ravishankar, 1998): every shard gets a score for the name,
 * and the highest wins. A shard more takes its part of the components evenly from all others, and moves none between them.
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

/** The configuration with the components of one shard. It was checked as a whole: what they depend on may be on another. */
export function forShard(config: Config, { index, total }: Shard): Config {
  if (total === 1) return config;
  return { ...config, components: config.components.filter(({ name }) => shardFor(name, total) === index) };
}

/** How many of these components each shard has. */
export function shardSizes(names: readonly string[], total: number): number[] {
  const shards = names.map((name) => shardFor(name, total));
  return Array.from({ length: total }, (_, index) => shards.filter((shard) => shard === index).length);
}

/** The part of a Live channel that is this exporter's own: two that push to one channel would overwrite each other. */
export function streamIdFor(streamId: string, { shard, vantage }: Placement): string {
  return [streamId, ...(vantage ? [vantage] : []), ...(shard.total > 1 ? [shard.index] : [])].join('-');
}

/** The finalizer of MurmurHash3: each bit of the input changes half of the others, so that no shard is favoured. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
