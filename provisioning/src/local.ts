/** The shipped configurations, adapted to run on one machine without containers: only addresses differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ALERTMANAGER_CONFIG, ROOT } from './files';

/** Addresses of the services as `host:port`. */
export interface LocalPrometheusAddresses {
  exporter: string;
  /** If absent, alerts are evaluated but not sent. */
  alertmanager?: string;
}

interface StaticTargets {
  static_configs: { targets: string[] }[];
}
interface PrometheusConfig {
  rule_files: string[];
  alerting?: { alertmanagers: StaticTargets[] };
  scrape_configs: (StaticTargets & { job_name: string })[];
}
interface AlertmanagerConfig {
  receivers: { name: string; webhook_configs?: { url: string }[] }[];
}

const targets = (address: string): StaticTargets => ({ static_configs: [{ targets: [address] }] });

/** The text of `prometheus.yml` with other targets and absolute paths; scrapes only the given targets. */
export function localPrometheusConfig({ exporter, alertmanager }: LocalPrometheusAddresses): string {
  const config = parse(readFileSync(join(ROOT, 'prometheus.yml'), 'utf8')) as PrometheusConfig;
  const addresses: Record<string, string | undefined> = { onehertz: exporter, alertmanager };
  return stringify({
    ...config,
    rule_files: config.rule_files.map((path) => join(ROOT, path)),
    alerting: { alertmanagers: alertmanager ? [targets(alertmanager)] : [] },
    scrape_configs: config.scrape_configs.flatMap((job) => {
      const address = addresses[job.job_name];
      return address ? [{ ...job, ...targets(address) }] : [];
    }),
  });
}

/** The text of `alertmanager.yml` with every webhook at `webhookUrl`. */
export function localAlertmanagerConfig(webhookUrl: string): string {
  const config = parse(readFileSync(join(ROOT, ALERTMANAGER_CONFIG), 'utf8')) as AlertmanagerConfig;
  return stringify({
    ...config,
    receivers: config.receivers.map((receiver) => ({
      ...receiver,
      ...(receiver.webhook_configs && {
        webhook_configs: receiver.webhook_configs.map((webhook) => ({ ...webhook, url: webhookUrl })),
      }),
    })),
  });
}
