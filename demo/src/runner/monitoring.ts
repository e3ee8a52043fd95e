/** Starts the monitoring: the exporter, Prometheus, Alertmanager and the page with the dashboards. */
import { localAlertmanagerConfig, localPrometheusConfig } from '@onehertz/provisioning';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isFree, startAlertmanager, startNode, startPrometheus, type RunningServer } from '../servers';
import { type LiveTarget, onehertzConfig } from './onehertz-config';
import type { Starter } from './starter';
import type { SystemServers } from './system';

const ROOT = join(__dirname, '..', '..', '..');
const PREVIEW = join(ROOT, 'preview', 'dist', 'server', 'cli.js');
const EXPORTER_PORT = 10111;
const PREVIEW_PORT = 3300;

export interface MonitoringOptions {
  folder: string;
  /** Port of the exporter; default: its standard port, or a free one if that is in use. */
  port?: number;
  /** Whether to start Prometheus and Alertmanager. */
  prometheus: boolean;
  /** Called for every alert. */
  onAlert: (line: string) => void;
}

export interface Monitoring {
  exporter: RunningServer;
  prometheus?: RunningServer;
  alertmanager?: RunningServer;
  /** The receiver of the alerts: `GET /alerts` has the last hundred. */
  alertLog?: RunningServer;
  preview?: RunningServer;
}

/** @throws Error if the exporter does not start: without it there is nothing to show */
export async function startMonitoring(
  { start }: Starter,
  system: SystemServers,
  { folder, port, prometheus: wanted, onAlert }: MonitoringOptions
): Promise<Monitoring> {
  const configFile = join(folder, 'onehertz.yml');
  const live = await placeOfPreview();
  writeFileSync(configFile, onehertzConfig(system, live), { mode: 0o600 });
  const exporter = await start('exporter', 'Onehertz: probes all of it once a second', async () =>
    startNode({
      name: 'exporter',
      directory: join(folder, 'exporter'),
      port: port ?? (await preferredPort(EXPORTER_PORT)),
      script: join(ROOT, 'exporter', 'dist', 'cli.js'),
      args: (own) => [
        `--config.file=${configFile}`,
        `--web.listen-address=127.0.0.1:${own}`,
        `--state.file=${join(folder, 'exporter', 'state.json')}`,
        '--web.enable-probe-api',
        '--web.enable-maintenance-api',
        // the panel may ask for maintenance
        `--web.external-url=http://127.0.0.1:${own}`,
        ...(live ? [`--web.cors-origin=${live.url}`, `--web.cors-origin=${localhostOf(live.url)}`] : []),
        '--log.level=warn',
      ],
      readyPath: '/-/healthy',
    })
  );
  if (!exporter) throw new Error('without the exporter there is nothing to show');
  const alerting = wanted ? await startAlerting({ start }, exporter, folder, onAlert) : {};
  // the exporter watches its file; where Alertmanager listens is known only now
  if (alerting.alertmanager) appendFileSync(configFile, `alertmanager: { url: '${alerting.alertmanager.url}' }\n`);
  const preview = live && (await startPreview({ start }, live, alerting.prometheus, folder));
  return { exporter, ...alerting, preview };
}

/** Prometheus and Alertmanager with the files that are shipped, and a receiver of the alerts. @param onAlert is told of every alert */
export async function startAlerting(
  { start }: Starter,
  exporter: RunningServer,
  folder: string,
  onAlert: (line: string) => void
): Promise<Pick<Monitoring, 'prometheus' | 'alertmanager' | 'alertLog'>> {
  const alertLog = await start('alert-log', 'Receiver of the alerts: printed here', () =>
    startNode({
      name: 'alert-log',
      directory: join(folder, 'alert-log'),
      script: join(__dirname, '..', '..', 'dist', 'alert-log.js'),
      env: (port) => ({ HOST: '127.0.0.1', PORT: `${port}` }),
      readyPath: '/health',
      onLine: (line) => {
        if (/ (FIRING|RESOLVED) /.test(line)) onAlert(line);
      },
    })
  );
  const alertmanager =
    alertLog &&
    (await start('alertmanager', 'Alertmanager', () => {
      const configFile = fileIn(folder, 'alertmanager.yml', localAlertmanagerConfig(`${alertLog.url}/alerts`));
      return startAlertmanager({ configFile, directory: join(folder, 'alertmanager') });
    }));
  const prometheus = await start('prometheus', 'Prometheus: scrapes the exporter once a second', () => {
    const config = localPrometheusConfig({
      exporter: addressOf(exporter),
      alertmanager: alertmanager && addressOf(alertmanager),
    });
    const configFile = fileIn(folder, 'prometheus.yml', config);
    return startPrometheus({ configFile, directory: join(folder, 'prometheus') });
  });
  return { prometheus, alertmanager, alertLog };
}

/** Address of the preview, which the exporter needs before the preview starts; `undefined` if it was not built. */
async function placeOfPreview(): Promise<LiveTarget | undefined> {
  if (!existsSync(PREVIEW)) return undefined;
  return {
    url: `http://127.0.0.1:${await preferredPort(PREVIEW_PORT)}`,
    token: randomBytes(24).toString('base64url'),
  };
}

/** Receives the exporter's pushes in place of Grafana, and shows the panel and the dashboards in a browser. */
async function startPreview(
  { start }: Starter,
  { url, token }: LiveTarget,
  prometheus: RunningServer | undefined,
  folder: string
): Promise<RunningServer | undefined> {
  return start('preview', 'The Grafana panel and dashboards, in a page', () =>
    startNode({
      name: 'preview',
      directory: join(folder, 'preview'),
      port: Number(new URL(url).port),
      script: PREVIEW,
      env: { GRAFANA_TOKEN: token },
      args: (port) => [`--port=${port}`, ...(prometheus ? [`--prometheus-url=${prometheus.url}`] : [])],
      readyPath: '/',
    })
  );
}

/** The same page by the other name of this machine, which is another origin. */
function localhostOf(url: string): string {
  return url.replace('127.0.0.1', 'localhost');
}

function addressOf({ host, port }: RunningServer): string {
  return `${host}:${port}`;
}

function fileIn(folder: string, name: string, content: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

async function preferredPort(port: number): Promise<number> {
  return (await isFree(port)) ? port : freePort();
}
