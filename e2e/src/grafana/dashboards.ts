/** The provisioned dashboards as the suite publishes them: other uids, another stream, another data source. */
import { DEFAULT_STREAM_ID } from '@onehertz/contract';
import { readFileSync } from 'node:fs';
import { built } from '../built';

export const PROVISIONED = ['status', 'component', 'self'] as const;
export type Provisioned = (typeof PROVISIONED)[number];

export interface OwnNames {
  /** Begins all uids. */
  runId: string;
  streamId: string;
  /** Uid of the data source that the dashboards ask. */
  prometheus: string;
}

interface Dashboard {
  uid: string;
  templating: { list: { name: string; current?: object }[] };
}

export const uidOf = (runId: string, name: Provisioned) => `${runId}-${name}`;

/** As it is in the repository. */
export function provisionedText(name: Provisioned): string {
  return readFileSync(built(`provisioning/dashboards/onehertz-${name}.json`), 'utf8');
}

/** The text of a dashboard with other uids and another stream. */
export function renamed(text: string, { runId, streamId }: Pick<OwnNames, 'runId' | 'streamId'>): string {
  return (
    text
      .replaceAll(`stream/${DEFAULT_STREAM_ID}/`, `stream/${streamId}/`)
      // in links too, but not in the id of the panel, onehertz-status-panel
      .replace(/\bonehertz-(status|component|self)\b(?!-)/g, `${runId}-$1`)
  );
}

export function ownDashboard(name: Provisioned, { prometheus, ...names }: OwnNames): Dashboard {
  const dashboard = JSON.parse(renamed(provisionedText(name), names)) as Dashboard;
  for (const variable of dashboard.templating.list)
    if (variable.name === 'prometheus') variable.current = { text: prometheus, value: prometheus };
  return dashboard;
}
