/** Small dashboards for the tests, in Grafana's provisioning format. */

const PANEL = 'onehertz-status-panel';
const LIVE = { type: 'datasource', uid: 'grafana' };
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

export interface PanelSettings {
  uid: string;
  datasource?: object;
  targets?: readonly object[];
  options?: object;
  /** Default: this project's panel. */
  type?: string;
  refresh?: string;
}

/** The query of the exporter's stream. */
export const liveTarget = (channel: string, refId = 'A') => ({
  refId,
  datasource: LIVE,
  queryType: 'measurements',
  channel,
});

/** Both forms of the board, of which each exporter uses only one, and what was before the page was opened. */
const BOARD_TARGETS = [
  liveTarget('stream/onehertz/components'),
  { ...liveTarget('stream/onehertz/board', 'B'), buffer: 10_000 },
  { ...liveTarget('stream/onehertz/history', 'C'), buffer: 10_000 },
];

/** A dashboard with only this panel; it shows the stream by default. */
export function onePanel(settings: PanelSettings): object {
  const { uid, datasource = LIVE, targets, options = {}, type = PANEL, refresh = '' } = settings;
  return {
    uid,
    title: uid,
    schemaVersion: 41,
    time: { from: 'now-5m', to: 'now' },
    refresh,
    templating: { list: [] },
    panels: [
      {
        id: 1,
        type,
        title: 'System status',
        gridPos: { x: 0, y: 0, w: 24, h: 20 },
        datasource,
        targets: targets ?? BOARD_TARGETS,
        options,
        fieldConfig: { defaults: {}, overrides: [] },
      },
    ],
  };
}
