/** The flags that identify one of several exporters. Each can be set by an environment variable, as in Kubernetes. */
import { InvalidArgumentError, Option } from 'commander';
import { ALONE, type Placement, type Shard } from '../config/shard';

/** commander nests what follows a dot in a flag. */
export interface PlacementFlags {
  'shard.index'?: number;
  'shard.total'?: number;
  vantage?: string;
}

const MAX_SHARDS = 1000;

/** Creates the options for a command. */
export function placementOptions(): Option[] {
  return [
    new Option('--shard.index <index>', 'index of this shard: from 0, or a pod name that ends in it')
      .env('ONEHERTZ_SHARD_INDEX')
      .argParser(parseIndex),
    new Option('--shard.total <count>', 'number of exporters that share the components of the configuration')
      .env('ONEHERTZ_SHARD_TOTAL')
      .argParser(parseTotal),
    new Option('--vantage <name>', 'name of the location that this exporter probes from, if others probe the same')
      .env('ONEHERTZ_VANTAGE')
      .argParser(parseVantage),
  ];
}

/** @returns the placement, or a message about flags that cannot be combined */
export function placementOf(flags: PlacementFlags): Placement | string {
  const shard = shardOf(flags['shard.index'], flags['shard.total']);
  return typeof shard === 'string' ? shard : { shard, vantage: flags.vantage };
}

function shardOf(index: number | undefined, total: number | undefined): Shard | string {
  if (total === undefined)
    return index === undefined ? ALONE.shard : '--shard.index also needs --shard.total: the number of shards';
  if (index === undefined)
    return total === 1
      ? ALONE.shard
      : `--shard.total also needs --shard.index: which of the ${total} shards this is, starting at 0`;
  return index < total
    ? { index, total }
    : `--shard.index must be below --shard.total (${total}), but is ${index}; the first shard is 0`;
}

/** A number, or the name of a StatefulSet's pod. */
function parseIndex(text: string): number {
  const digits = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?-)?(\d{1,4})$/.exec(text)?.[1];
  if (digits === undefined)
    throw new InvalidArgumentError('Expected a number, starting at 0, or a pod name that ends in one: onehertz-2.');
  return Number(digits);
}

function parseTotal(text: string): number {
  const total = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (total < 1 || total > MAX_SHARDS)
    throw new InvalidArgumentError(`Expected the number of shards, from 1 to ${MAX_SHARDS}.`);
  return total;
}

function parseVantage(text: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,29}$/.test(text))
    throw new InvalidArgumentError('Expected a name of a-z, 0-9, "_" and "-", at most 30 characters, e.g. eu-west.');
  return text;
}
