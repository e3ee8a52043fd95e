/** What must be set before any other module is loaded; imported first by the CLI, for its effects. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
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

/** Both halves of the nursery that large configurations get. V8's own limit is twice as much, and its collections take longer. */
const NURSERY_BYTES = 16 * 1024 * 1024;

/** For large configurations: lets the nursery grow once more, to {@link NURSERY_BYTES}; see docs/performance.md. */
export function sizeHeapForMany(): void {
  setFlagsFromString('--semi-space-growth-factor=8');
  // V8 takes its largest size when it starts only; this stops the growth in time
  const growth = new PerformanceObserver(() => {
    const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (nursery !== undefined && nursery.space_size < NURSERY_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    growth.disconnect();
  });
  growth.observe({ entryTypes: ['gc'] });
}
