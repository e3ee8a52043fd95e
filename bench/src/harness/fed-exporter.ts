/** Starts this exporter with synthetic results, for benchmarks of its outputs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FedExporterCounters, FedExporterSettings } from '../programs/fed-exporter';
import type { BenchContext } from './bench';
import { startProgram, type Program } from './program';

/** An exporter with the given number of components, all healthy, each with a new result every second. */
export function startFedExporter(
  { directory }: Pick<BenchContext, 'directory'>,
  components: number
): Promise<Program<FedExporterCounters>> {
  const config = join(directory, `fed-${components}.yml`);
  const all = Array.from({ length: components }, (_, i) => ({
    ...{ name: `service-${i}`, probe: 'http', url: `http://service-${i}.example/health` },
  }));
  // JSON is YAML
  writeFileSync(config, JSON.stringify({ interval: '1s', timeout: '800ms', components: all }));
  const settings: FedExporterSettings = { config };
  return startProgram<FedExporterCounters>({ script: 'fed-exporter', place: 'measured', settings });
}
