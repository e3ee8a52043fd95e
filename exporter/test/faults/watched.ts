/** An exporter that watches every server directly: for the faults of the exporter itself. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  startExporter,
  type ExporterProcess,
  type Metrics,
  type StartOptions,
  type TransitionView,
} from './exporter-process';
import { allWell } from './looks';
import { FAULT_ROWS } from './probes';
import type { Fields } from './rows';
import type { Stage } from './stage';

export interface Watched {
  exporter: ExporterProcess;
  components: (Fields & { name: string })[];
}

/** Resolves when all is healthy. @param name of its folder @param extra components beside the servers */
export async function watchAll(
  { servers, directory }: Stage,
  name: string,
  { extra = [], ...options }: Partial<StartOptions> & { extra?: Watched['components'] } = {}
): Promise<Watched> {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const rows = FAULT_ROWS.filter(({ tls }) => !tls);
  const components = [...rows.map((row) => ({ name: row.slug, ...row.plain(row.port(servers), servers) })), ...extra];
  const exporter = await startExporter({ config: { components }, directory: folder, ...options });
  try {
    await allWell(exporter, components);
  } catch (error) {
    exporter.kill();
    throw error;
  }
  return { exporter, components };
}

export interface Span {
  start: Metrics;
  end: Metrics;
  /** What changed on the board in this time. */
  transitions: TransitionView[];
}

export async function during(exporter: ExporterProcess, act: () => Promise<void>): Promise<Span> {
  const known = (await exporter.events()).length;
  const start = await exporter.metrics();
  await act();
  return { start, end: await exporter.metrics(), transitions: (await exporter.events()).slice(known) };
}

export const grown = ({ start, end }: Span, name: string): number => end.value(name) - start.value(name);
