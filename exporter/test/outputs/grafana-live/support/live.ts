/** The output under test, with a board of its own and a log that is remembered. */
import { Registry } from 'prom-client';
import type { Board } from '../../../../src/board/board';
import type { GrafanaLiveConfig } from '../../../../src/config/grafana-live';
import { createGrafanaLive, type GrafanaLive } from '../../../../src/outputs/grafana-live';
import { recordingLog } from '../../../probes/kit/helpers';
import { sampleBoard } from './board';

export interface Running {
  board: Board;
  live: GrafanaLive;
  /** Publishes a round; returns its whole second. */
  tick(): number;
  /** The messages of the log so far, with their fields. */
  log(): Record<string, unknown>[];
  logText(): string;
  /** Samples of the metric as `label="value"` → number; `''` for one without labels. */
  metric(name: string): Promise<Record<string, number>>;
}

export function settings(url: string, more: Partial<GrafanaLiveConfig> = {}): GrafanaLiveConfig {
  return { url, stream_id: 'onehertz', transport: 'http', format: 'auto', timeout: 5000, tls_insecure: false, ...more };
}

export async function run(config: GrafanaLiveConfig | undefined, board = sampleBoard()): Promise<Running> {
  const register = new Registry();
  const recorded = recordingLog();
  const live = createGrafanaLive({ board, log: recorded.log, version: '1.2.3', registers: [register] });
  await live.prepare(config).apply();
  let at = Math.floor(Date.now() / 1000) * 1000;
  return {
    board,
    live,
    tick() {
      board.publish((at += 1000));
      return at;
    },
    log: () =>
      recorded
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: recorded.text,
    async metric(name) {
      const lines = (await register.metrics()).split('\n').filter((line) => line.startsWith(name));
      const samples = lines.map((line) => /^\w+?(?:\{(.*)\})? (.+)$/.exec(line) ?? []);
      return Object.fromEntries(samples.map(([, labels = '', value]) => [labels, Number(value)]));
    },
  };
}
