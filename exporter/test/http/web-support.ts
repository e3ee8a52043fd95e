/** A whole exporter with a web configuration, and clients for it. */
import { hashSync } from 'bcryptjs';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type WebSocket from 'ws';
import { formatProblems } from '../../src/config/load';
import type { Config } from '../../src/config/schema';
import { loadWebConfig, type WebConfig } from '../../src/config/web/load';
import { createExporter, type Exporter, type ExporterOptions } from '../../src/exporter';
import type { Folder } from '../config/helpers';
import { recordingLog } from '../probes/kit/helpers';

/** Cost 4: as quick as the format lets it be. */
export const hashOf = (password: string) => hashSync(password, 4);
export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RunningExporter {
  exporter: Exporter;
  port: number;
  log(): string;
  /** Writes `web.yml` anew and takes it over; fails with its problems. */
  reload(yaml: string): Promise<void>;
  close(): Promise<void>;
}

export async function loadWeb(folder: Folder, yaml: string, running?: WebConfig): Promise<WebConfig> {
  const loaded = await loadWebConfig(folder.write('web.yml', yaml), running);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems).replaceAll(`${folder.path}/`, ''));
  return loaded.web;
}

/** An exporter that watches one component that is not there. @param yaml the web configuration; none if it is undefined */
export async function startExporter(
  folder: Folder,
  yaml: string | undefined,
  options: Partial<ExporterOptions> = {}
): Promise<RunningExporter> {
  const recorded = recordingLog();
  const config: Config = await folder.good('components: [{ name: redis, probe: redis, url: "redis://127.0.0.1:1" }]');
  if (yaml !== undefined) config.web = await loadWeb(folder, yaml);
  const exporter = createExporter({ config, log: recorded.log, version: '1.2.3', ...options });
  exporter.server.listen(0, '127.0.0.1');
  await once(exporter.server, 'listening');
  exporter.start();
  return {
    exporter,
    port: (exporter.server.address() as AddressInfo).port,
    log: recorded.text,
    async reload(next) {
      await exporter.configure({ ...config, web: await loadWeb(folder, next, config.web) });
    },
    close: () => exporter.close(),
  };
}

/** One request on a connection of its own; HTTPS if `ca` is given. */
export async function ask(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  const send = options.ca ? httpsRequest : httpRequest;
  const request = send({ host: '127.0.0.1', port, path, agent: false, ...options });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** What comes of a WebSocket: `open` once it has sent something, or why it could not be opened. */
export const outcomeOf = (socket: WebSocket): Promise<string> =>
  once(socket, 'message').then(
    () => 'open',
    (error: Error) => error.message
  );
