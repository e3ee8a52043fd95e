/** Settings that must be made before any other module is loaded. Imported first by the CLI, for its side effects. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { shareLookups } from './shared-lookups';

/**
 * V8 grows its young generation to 32 MB while modules load and never shrinks it. The garbage of one tick of some
 * hundred components is small, so it stays at 2 MB; for larger configurations fewer collections are worth the memory,
 * see {@link sizeHeapForMany}.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** libuv uses half of its threads for name lookups; four would be too few with some slow name servers. */
process.env.UV_THREADPOOL_SIZE ??= '32';

/** A response of a name server after one second, twice, is too late for a probe. Read by glibc, see resolv.conf(5). */
process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';

shareLookups();

/**
 * Both semi-spaces of the young generation for large configurations. V8's own limit is twice this, with longer
 * collections.
 */
const NURSERY_BYTES = 16 * 1024 * 1024;

/**
 * For large configurations: lets the young generation grow again, to {@link NURSERY_BYTES}; see docs/performance.md.
 */
export function sizeHeapForMany(): void {
  setFlagsFromString('--semi-space-growth-factor=8');
  // V8 reads its maximum size only at start; this stops the growth in time
  const growth = new PerformanceObserver(() => {
    const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (nursery !== undefined && nursery.space_size < NURSERY_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    growth.disconnect();
  });
  growth.observe({ entryTypes: ['gc'] });
}
