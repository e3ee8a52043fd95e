import { join } from 'node:path';
import { isHttpOk } from './http-ready';
import { requireProgram } from './programs';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface PrometheusOptions extends ServerOptions {
  configFile: string;
  /** Further flags. */
  args?: string[];
}

/** Starts a Prometheus with the lifecycle API enabled (`POST /-/reload`). @throws MissingProgramError */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningServer> {
  const program = requireProgram('prometheus');
  const place = await placeFor('prometheus', options);
  const { port, directory } = place;
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${options.configFile}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-lifecycle',
    ...(options.args ?? []),
  ];
  return startServer(
    {
      name: 'prometheus',
      commands: [{ program, args, cwd: directory }],
      url,
      ready: () => isHttpOk(`${url}/-/ready`),
    },
    place,
    options.onLine
  );
}

/** Starts an Alertmanager without clustering. @throws MissingProgramError */
export async function startAlertmanager(options: PrometheusOptions): Promise<RunningServer> {
  const program = requireProgram('alertmanager');
  const place = await placeFor('alertmanager', options);
  const { port, directory } = place;
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${options.configFile}`,
    `--storage.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    ...(options.args ?? []),
  ];
  return startServer(
    {
      name: 'alertmanager',
      commands: [{ program, args, cwd: directory }],
      url,
      ready: () => isHttpOk(`${url}/-/ready`),
    },
    place,
    options.onLine
  );
}
