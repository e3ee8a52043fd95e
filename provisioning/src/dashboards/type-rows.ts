/** A collapsed row for each probe with its specific gauges, as declared by the probe. */
import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROBES, type AnyDefinition } from '@onehertz/exporter';
import { createHash } from 'node:crypto';
import { timeSeries } from './look';
import { range } from './queries';

const FIRST_ID = 1000;
const IDS = 1_000_000;

/** The id of a panel, which is part of links: derived from its names, so that it is independent of other panels. */
function idOf(...names: string[]): number {
  const digest = createHash('sha256').update(names.join('\n')).digest();
  return FIRST_ID + (digest.readUInt32BE() % IDS);
}

/** @param matchers of the component, without braces */
export function typeRows(board: DashboardBuilder, matchers: string): void {
  for (const { name, row } of PROBES as readonly AnyDefinition[]) {
    if (row === undefined) continue;
    const rowBuilder = new RowBuilder(row.title).id(idOf(name)).collapsed(true);
    for (const { title, description, unit, series } of row.panels) {
      const w = 24 / row.panels.length;
      const panel = timeSeries({ id: idOf(name, title), title, description, w, h: 7 }, unit);
      Object.entries(series).forEach(([metric, legend], letter) => {
        const isMoment = metric.endsWith('_timestamp_seconds');
        const expr = `${row.prefix}${metric}{${matchers}}${isMoment ? ' - time()' : ''}`;
        panel.withTarget(range(String.fromCharCode(65 + letter), expr, legend));
      });
      rowBuilder.withPanel(panel);
    }
    board.withRow(rowBuilder);
  }
}
