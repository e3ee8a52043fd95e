/** How many components files of targets may name: whoever writes one could otherwise fill the memory of the process. */
import { totalmem } from 'node:os';

/** What a component takes with its part of the outputs: 25 kB were measured with 1,000 to 10,000 of them. */
const COMPONENT_BYTES = 32 * 1024;
/** What the process takes without any. */
const OWN_BYTES = 128 * 2 ** 20;
/** Whatever the memory is. */
const LEAST = 1000;

/**
 * @param shards exporters that share the configuration
 * @param memoryBytes of this process: that of its container, or of the machine
 */
export function capacity(
  shards = 1,
  memoryBytes = Math.min(process.constrainedMemory() || Infinity, totalmem())
): number {
  return shards * Math.max(LEAST, Math.floor((memoryBytes - OWN_BYTES) / COMPONENT_BYTES));
}
