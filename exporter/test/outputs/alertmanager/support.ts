/** A board that is shown the silences of an Alertmanager, in short times. */
import { findProgram, startAlertmanager, type RunningServer } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { Registry } from 'prom-client';
import { Board } from '../../../src/board/board';
import { componentJson } from '../../../src/board/component-json';
import type { AlertmanagerConfig } from '../../../src/config/alertmanager';
import { createSilences, type Silences } from '../../../src/outputs/alertmanager';
import { THRESHOLDS } from '../../board/support';
import { makeTarget, recordingLog } from '../../probes/kit/helpers';

/** In milliseconds. */
export const TIMING = { interval: 200, timeout: 500, longestPause: 400, kept: 2000 };

export interface Watched {
  board: Board;
  silences: Silences;
  log(): string;
  /** The value of `onehertz_alertmanager_polls_total`. */
  polls(result: string): Promise<number>;
  /** What the JSON of a component says of a silence. */
  shown(name: string): Record<string, unknown>;
  apply(config: Partial<AlertmanagerConfig> & { url: string }): void;
}

export const componentsOf = (...names: string[]) => ({
  components: names.map((name) => makeTarget('redis', { name, url: 'redis://r' })),
  flapping: THRESHOLDS,
});

/** @param url of the Alertmanager */
export function watch(url: string): Watched {
  const board = new Board(100);
  board.prepare(componentsOf('redis', 'web')).apply();
  const { log, text } = recordingLog();
  const register = new Registry();
  const silences = createSilences({ board, log, registers: [register], timing: TIMING });
  const apply = (config: Partial<AlertmanagerConfig> & { url: string }) =>
    void silences.prepare({ headers: {}, tls_insecure: false, ...config }).apply();
  apply({ url });
  silences.start();
  return {
    ...{ board, silences, apply },
    log: text,
    async polls(result) {
      const { values } = (await register.getSingleMetric('onehertz_alertmanager_polls_total')?.get()) ?? { values: [] };
      return values.find(({ labels }) => labels.result === result)?.value ?? 0;
    },
    shown(name) {
      const entries = Object.entries(componentJson(board.get(name)!, board));
      return Object.fromEntries(entries.filter(([key]) => key.startsWith('silence')));
    },
  };
}

export const ALERTMANAGER_YML = 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n';

/** @returns its id */
export function addSilence({ url }: RunningServer, ...args: string[]): string {
  return amtool(url, 'add', ...args).trim();
}

export const expireSilence = ({ url }: RunningServer, id: string): string => amtool(url, 'expire', id);

function amtool(url: string, ...args: string[]): string {
  return execFileSync(findProgram('amtool') ?? 'amtool', ['silence', ...args, `--alertmanager.url=${url}`], {
    encoding: 'utf8',
  });
}

export { startAlertmanager };
