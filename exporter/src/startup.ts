/** What must be set before any other module is loaded; imported first by the CLI, for its effects. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets its nursery grow to 32 MB while modules load, and never gives that back. The garbage of a tick of some hundred components
 * is small, so it stays at 2 MB; with more of them, fewer collections are worth the memory, see {@link growNursery}.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** A slow name server must not hold up the look-ups of other components: libuv has four threads, and uses two of them for that. */
process.env.UV_THREADPOOL_SIZE ??= '16';

/** Lets V8's nursery grow again, for large configurations. */
export function growNursery(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
