/** prom-client's count of open file descriptors, without listing a folder with thousands of entries. */
import { statSync } from 'node:fs';
import { Gauge, type OpenMetricsContentType, type PrometheusContentType, type Registry } from 'prom-client';

const NAME = 'process_open_fds';
const FOLDER = '/proc/self/fd';

/**
 * Replaces prom-client's gauge where the kernel provides the number as the size of the folder (Linux 6.2 and later).
 * Also works when no descriptor is left for opening the folder.
 * Source: proc(5), `/proc/pid/fd`; https://github.com/torvalds/linux/commit/f1f1f2569901ec5b9d425f2e91c09a0e320768f3
 */
export function countDescriptorsAtOnce(
  register: Registry<PrometheusContentType> | Registry<OpenMetricsContentType>
): void {
  if (process.platform !== 'linux' || statSync(FOLDER).size === 0) return;
  register.removeSingleMetric(NAME);
  new Gauge({
    name: NAME,
    help: 'Number of open file descriptors.',
    registers: [register],
    collect() {
      this.set(statSync(FOLDER).size);
    },
  });
}
