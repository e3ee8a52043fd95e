/** What must be set before any other module is loaded; imported first by the CLI, for its effects. */
import { setFlagsFromString } from 'node:v8';
import { shareLookups } from './shared-lookups';

/**
 * V8 lets its nursery grow to 32 MB while modules load, and never gives that back. The garbage of a tick of some hundred components
 * is small, so it stays at 2 MB; with more of them, fewer collections are worth the memory, see {@link sizeHeapForMany}.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** libuv uses half of its threads for look-ups of names; four would be too few where some name servers are slow. */
process.env.UV_THREADPOOL_SIZE ??= '32';

/** What a name server does not say within a second, twice, comes too late for a probe. Read by glibc, see resolv.conf(5). */
process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';

shareLookups();

/**
 * For large configurations: lets V8's nursery grow again, but not the rest of its heap to four times what is in use before it collects,
 * as it would: 75 % above it are enough, see docs/performance.md.
 */
export function sizeHeapForMany(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--heap-growing-percent=75');
}
