/**
 * This exporter with all its outputs but without probes: a configurable number of components get a new result every
 * second, spread over 600 ms like probes, to measure the cost of outputs alone.
 */
import { createExporter, createLog, createTicker, loadConfig, safeResult } from '@onehertz/exporter';
import { createLateness } from './event-loop';
import { answerWith, ready, settings } from './program';

export interface FedExporterSettings {
  /** Configuration file; its components are not probed. */
  config: string;
}

export interface FedExporterCounters {
  ticks: number;
  /** Maximum since the last reading. */
  loopLateMs: number;
}

const { config: file, port } = settings<FedExporterSettings & { port: number }>();
/** As in the scheduler. */
const SPREAD_MS = 600;
const STEPS = 60;
const PUBLISH_MS = 650;

async function main(): Promise<void> {
  const loaded = await loadConfig(file, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  const { config } = loaded;
  const log = createLog({ level: 'error', format: 'logfmt' });
  const { board, server, self } = createExporter({ config, log, version: 'bench' });
  const names = config.components.map(({ name }) => name);
  const started = Date.now();

  function feed(name: string): void {
    const took = 1 + Math.random() * 3;
    const result = safeResult(
      {
        ...{ status: 'healthy', responseTimeMs: took, message: 'orders is healthy', version: '2.14.3' },
        details: {
          reported_service: 'orders',
          uptime_seconds: Math.floor((Date.now() - started) / 1000),
          dependencies: { postgresql: 'healthy', redis: 'healthy', rabbitmq: 'healthy' },
        },
      },
      undefined
    );
    board.apply(name, { ...result, outcome: 'success', startedAt: Date.now(), durationMs: took });
  }

  const ticker = createTicker(({ at }) => {
    for (let step = 0; step < STEPS; step++)
      setTimeout(() => names.forEach((name, i) => i % STEPS === step && feed(name)), (step * SPREAD_MS) / STEPS);
    setTimeout(() => {
      self.ticks++;
      board.publish(at);
    }, PUBLISH_MS);
  });
  names.forEach(feed);
  board.publish(Date.now());
  ticker.start();
  const lateness = createLateness();
  answerWith(() => ({ ticks: self.ticks, loopLateMs: lateness() }) satisfies FedExporterCounters);
  server.listen(port, '127.0.0.1', ready);
}
void main();
