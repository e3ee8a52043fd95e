/** The panels of a classic dashboard as scene objects on Grafana's grid. */
import type { DataTransformerConfig } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import {
  SceneDataTransformer,
  SceneGridItem,
  type SceneGridItemLike,
  SceneGridRow,
  SceneQueryRunner,
  VizPanel,
  VizPanelMenu,
} from '@grafana/scenes';
import type { ClassicPanel } from './classic';

/** In file order; panels below an open row belong to it. */
export function gridItems(panels: readonly ClassicPanel[]): SceneGridItemLike[] {
  const items: SceneGridItemLike[] = [];
  let row: { state: ClassicPanel; children: SceneGridItemLike[] } | undefined;
  const endRow = () => {
    if (row) items.push(toRow(row.state, row.children));
    row = undefined;
  };
  for (const panel of panels) {
    if (panel.type === 'row') {
      endRow();
      row = { state: panel, children: (panel.panels ?? []).map(toItem) };
    } else {
      (row && !row.state.collapsed ? row.children : (endRow(), items)).push(toItem(panel));
    }
  }
  endRow();
  return items;
}

function toRow({ title = '', gridPos, collapsed }: ClassicPanel, children: SceneGridItemLike[]): SceneGridRow {
  return new SceneGridRow({ title, y: gridPos?.y ?? 0, isCollapsed: collapsed ?? false, children });
}

function toItem(panel: ClassicPanel): SceneGridItem {
  const { x, y, w, h } = panel.gridPos ?? { x: 0, y: 0, w: 12, h: 8 };
  return new SceneGridItem({ x, y, width: w, height: h, isDraggable: false, isResizable: false, body: toPanel(panel) });
}

function toPanel(panel: ClassicPanel): VizPanel {
  return new VizPanel({
    key: `panel-${panel.id ?? 0}`,
    pluginId: panel.type,
    title: panel.title ?? '',
    description: panel.description,
    options: panel.options ?? {},
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    pluginVersion: panel.pluginVersion,
    displayMode: panel.transparent ? 'transparent' : 'default',
    // as in Grafana: a panel without a title has its header float over it
    hoverHeader: !panel.title,
    $data: toData(panel),
    menu: toMenu(panel.id ?? 0),
  });
}

function toData({ targets, datasource, maxDataPoints, interval, transformations }: ClassicPanel) {
  if (!targets || targets.length === 0) return undefined;
  const queries = new SceneQueryRunner({
    queries: targets.map((target) => ({ ...target })),
    datasource: datasource ?? undefined,
    maxDataPoints,
    minInterval: interval,
    maxDataPointsFromWidth: true,
  });
  if (!transformations?.length) return queries;
  return new SceneDataTransformer({ $data: queries, transformations: transformations as DataTransformerConfig[] });
}

function toMenu(id: number): VizPanelMenu {
  const show = (parameter: string) => () =>
    locationService.partial({ editPanel: null, viewPanel: null, [parameter]: id });
  return new VizPanelMenu({
    items: [
      { text: 'View', iconClassName: 'eye', onClick: show('viewPanel') },
      { text: 'Edit', iconClassName: 'edit', onClick: show('editPanel') },
    ],
  });
}
