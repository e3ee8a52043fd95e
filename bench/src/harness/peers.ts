/** Other exporters, as packaged by Debian. */
import { requireProgram, type RunningServer } from '@onehertz/demo';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPinned } from './pinned';

/** Minimal modules: they do not match the body, which this project's probe does. */
const MODULES = `modules:
  http: { prober: http, timeout: 800ms, http: { preferred_ip_protocol: ip4, follow_redirects: false } }
  tcp: { prober: tcp, timeout: 800ms, tcp: { preferred_ip_protocol: ip4 } }
`;

/** With the modules `http` and `tcp`. @param directory for its configuration */
export function startBlackboxExporter(directory: string): Promise<RunningServer> {
  const config = join(directory, 'blackbox.yml');
  writeFileSync(config, MODULES);
  return start('blackbox-exporter', [`--config.file=${config}`]);
}

export function blackboxPath(module: 'http' | 'tcp', target: string): string {
  return `/probe?module=${module}&target=${encodeURIComponent(target)}`;
}

export const BLACKBOX_GOOD = '\nprobe_success 1\n';

export function startRedisExporter(): Promise<RunningServer> {
  return start('redis-exporter', ['--redis.addr=', '--connection-timeout=800ms']);
}

export const redisExporterPath = (url: string) => `/scrape?target=${encodeURIComponent(url)}`;
export const REDIS_GOOD = '\nredis_up 1\n';

/** Its server is set at its start. */
export function startPostgresExporter(url: string): Promise<RunningServer> {
  return start('postgres-exporter', [], { DATA_SOURCE_NAME: `${url}?sslmode=disable` });
}

export const POSTGRES_GOOD = '\npg_up 1\n';

function start(name: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<RunningServer> {
  return startPinned({
    name,
    place: 'measured',
    program: requireProgram(name),
    args: (port) => [...args, `--web.listen-address=127.0.0.1:${port}`],
    env,
    readyPath: '/',
  });
}
