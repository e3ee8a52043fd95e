/** A closed row for each type of component, with the figures that only it has. */
import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { timeSeries } from './look';
import { range } from './queries';
import { TYPE_ROWS } from './type-figures';

const FIRST_ID = 100;
const IDS_PER_ROW = 10;

/** @param matchers of the component, without braces */
export function typeRows(board: DashboardBuilder, matchers: string): void {
  TYPE_ROWS.forEach(({ title, prefix, panels }, index) => {
    const id = FIRST_ID + index * IDS_PER_ROW;
    const row = new RowBuilder(title).id(id).collapsed(true);
    panels.forEach(({ title: name, description, unit, series }, place) => {
      const w = 24 / panels.length;
      const panel = timeSeries({ id: id + 1 + place, title: name, description, w, h: 7 }, unit);
      Object.entries(series).forEach(([metric, legend], letter) => {
        const isMoment = metric.endsWith('_timestamp_seconds');
        const expr = `${prefix}${metric}{${matchers}}${isMoment ? ' - time()' : ''}`;
        panel.withTarget(range(String.fromCharCode(65 + letter), expr, legend));
      });
      row.withPanel(panel);
    });
    board.withRow(row);
  });
}
