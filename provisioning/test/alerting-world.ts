/**
 * The exporter, Prometheus, Alertmanager and the demo's alert receiver, with the shipped files. Needs `npm run build`.
 */
import { startAlertmanager, startNode, startPrometheus, type RunningServer } from '@onehertz/demo';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localAlertmanagerConfig, localPrometheusConfig } from '../src';

export interface Notification {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  receivedAt: string;
}

export interface AlertmanagerAlert {
  labels: Record<string, string>;
  status: { state: string; inhibitedBy: string[] };
}

export interface AlertingWorld {
  exporter: RunningServer;
  prometheus: RunningServer;
  /** Writes another configuration for the exporter, which is read at its next start. */
  reconfigure(config: object): void;
  /** Current errors of rules. */
  ruleErrors(): Promise<string[]>;
  /** Value of an instant query that has one sample; `undefined` without one. */
  query(expression: string): Promise<number | undefined>;
  /** All notifications sent, oldest first. */
  notifications(): Promise<Notification[]>;
  /** The current state in Alertmanager, whether or not it was notified. */
  alertOf(alertname: string, component: string): Promise<AlertmanagerAlert | undefined>;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');

/** @param config of the exporter, as onehertz.yml has it */
export async function startAlertingWorld(config: object): Promise<AlertingWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-alerting-'));
  const started: RunningServer[] = [];
  const keep = async (starting: Promise<RunningServer>): Promise<RunningServer> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const stop = async () => {
    await Promise.all(started.reverse().map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const configFile = file('onehertz.yml', stringify(config));
    const exporter = await keep(
      startNode({
        name: 'exporter',
        script: join(ROOT, 'exporter', 'dist', 'cli.js'),
        args: (port) => [`--config.file=${configFile}`, `--web.listen-address=127.0.0.1:${port}`],
        readyPath: '/-/ready',
      })
    );
    const receiver = await keep(
      startNode({
        name: 'alert-log',
        script: join(ROOT, 'demo', 'dist', 'alert-log.js'),
        env: (port) => ({ PORT: String(port) }),
        readyPath: '/health',
      })
    );
    const alertmanagerFile = file('alertmanager.yml', localAlertmanagerConfig(`${receiver.url}/alerts`));
    const alertmanager = await keep(startAlertmanager({ configFile: alertmanagerFile }));
    const addresses = { exporter: address(exporter), alertmanager: address(alertmanager) };
    const prometheusFile = file('prometheus.yml', localPrometheusConfig(addresses));
    const prometheus = await keep(
      startPrometheus({
        configFile: prometheusFile,
        args: ['--rules.alert.resend-delay=30s', '--rules.alert.for-grace-period=1s'],
      })
    );
    return {
      exporter,
      prometheus,
      async query(expression) {
        const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
        const { data } = await json<{ data: { result: { value: [number, string] }[] } }>(url);
        return data.result[0] ? Number(data.result[0].value[1]) : undefined;
      },
      reconfigure: (next) => void file('onehertz.yml', stringify(next)),
      async ruleErrors() {
        const { data } = await json<{ data: { groups: { rules: { name: string; lastError?: string }[] }[] } }>(
          `${prometheus.url}/api/v1/rules`
        );
        const rules = data.groups.flatMap((group) => group.rules);
        return rules.flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError}`] : []));
      },
      notifications: () => json<Notification[]>(`${receiver.url}/alerts`),
      async alertOf(alertname, component) {
        const alerts = await json<AlertmanagerAlert[]>(`${alertmanager.url}/api/v2/alerts`);
        return alerts.find(({ labels }) => labels.alertname === alertname && labels.component === component);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function address(server: RunningServer): string {
  return `127.0.0.1:${server.port}`;
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url, { signal: AbortSignal.timeout(2000) })).json()) as T;
}
