/** Output of the demo for its user. */
import Table from 'cli-table3';
import type { Monitoring } from './monitoring';
import type { Parts } from './parts';

function table(head: string[], rows: string[][]): string {
  // no colours: the text must be readable in any terminal and in a file
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  drawn.push(...rows);
  return drawn.toString();
}

/** Addresses of the pages and of every part. */
export function overview(parts: Parts, { exporter, prometheus, alertmanager, preview }: Monitoring): string {
  const pages = [
    ['Live board', `${exporter.url}/`],
    ['Metrics', `${exporter.url}/metrics`],
    ...(preview ? [['Grafana panel and dashboards', `${preview.url}/d/onehertz-status`]] : []),
    ...(prometheus
      ? [
          ['Prometheus', `${prometheus.url}/`],
          ['Alerts', `${prometheus.url}/alerts`],
        ]
      : []),
    ...(alertmanager ? [['Alertmanager', `${alertmanager.url}/`]] : []),
  ];
  const rows = parts.all().map(({ name, title, address }) => [name, title, address]);
  return `${table(['name', 'what it is', 'address'], rows)}\n\n${table(['open in a browser', ''], pages)}`;
}

export function hints(socketOption: string): string {
  const command = (text: string) => `  npm run demo -- ${text}${socketOption}`;
  return [
    'Break something, in a second terminal, and watch the board:',
    command('--kill redis'),
    command('--freeze postgresql'),
    command('--restore redis'),
    command('--status'),
    'Ctrl-C ends everything and leaves nothing behind.',
  ].join('\n');
}

/** For `--status`. */
export function status(parts: Parts): string {
  const rows = parts.all().map((part) => {
    const { name, address, server } = part;
    return [name, parts.stateOf(part), server.pid === undefined ? '' : String(server.pid), address];
  });
  return table(['name', 'state', 'pid', 'address'], rows);
}
