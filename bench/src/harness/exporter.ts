/** Runs this exporter as a child process. */
import type { RunningServer } from '@onehertz/demo';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from './bench';
import { startPinned, type Place } from './pinned';

const EXPORTER = join(__dirname, '..', '..', '..', 'exporter', 'dist', 'cli.js');

export interface ExporterOptions {
  /** As in `onehertz.yml`; other keys of the file are in `more`. */
  components: readonly Record<string, unknown>[];
  more?: Record<string, unknown>;
  place?: Place;
  nodeArgs?: readonly string[];
  /** Default: a free one. */
  port?: number;
}

/** Time limit for the first round per component, on a busy machine. */
const READY_MS_EACH = 20;

let configs = 0;

/** Starts it with the given components; ready when its first round is published. */
export async function startExporter(
  { directory }: Pick<BenchContext, 'directory'>,
  options: ExporterOptions
): Promise<RunningServer> {
  const { components, more, place = 'measured', nodeArgs = [], port: wanted } = options;
  const config = join(directory, `onehertz-${++configs}.yml`);
  // JSON is YAML
  writeFileSync(config, JSON.stringify({ interval: '1s', timeout: '800ms', ...more, components }));
  return startPinned({
    name: 'exporter',
    place,
    port: wanted,
    program: process.execPath,
    args: (port) => [
      ...nodeArgs,
      EXPORTER,
      `--config.file=${config}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    readyPath: '/-/ready',
    readyTimeoutMs: 60_000 + READY_MS_EACH * components.length,
  });
}
