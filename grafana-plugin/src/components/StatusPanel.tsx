import React, { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { toCsv, toJson } from '../board/export';
import { copyText } from '../host/clipboard';
import { linksOf } from '../host/links';
import { refreshDashboard } from '../host/refresh';
import { completeOptions, type StatusPanelOptions } from '../options/options';
import { Announcer } from './Announcer';
import { CompactView } from './compact/CompactView';
import { ComponentDrawer } from './drawer/ComponentDrawer';
import { EmptyBoard } from './EmptyBoard';
import { cardLayout } from './grid/card-layout';
import { GridView } from './grid/GridView';
import { panelLayout } from './layout';
import { Overview } from './Overview';
import { Problems } from './Problems';
import { ThresholdsProvider } from './ResponseTime';
import { TableView } from './table/TableView';
import { TicksProvider } from './ticks';
import { Tiny } from './Tiny';
import { Toolbar } from './Toolbar';
import { queriesOf, useBoard } from './useBoard';
import { useChoices } from './useChoices';
import { useSections } from './useSections';

/** Room for the scroll bar, whether or not there is one: nothing moves when it comes. */
const SCROLL_BAR = 10;
const GAP = 8;
const HEIGHTS = { tiles: 76, line: 28, none: 0, toolbar: 32, note: 22 };

export function StatusPanel(props: PanelProps<StatusPanelOptions>) {
  const { data, width, height, timeRange, timeZone, replaceVariables, fieldConfig, eventBus } = props;
  const styles = useStyles2(getStyles);
  const options = useMemo(() => completeOptions(props.options), [props.options]);
  const queries = useMemo(() => queriesOf(data.request, replaceVariables), [data.request, replaceVariables]);
  const { board, ticks, asOf } = useBoard(data, timeRange, options, queries);
  const choices = useChoices(options);
  const parts = useMemo(() => new Set(options.parts), [options.parts]);
  const innerWidth = Math.max(0, width - SCROLL_BAR);
  const layout = panelLayout({
    width,
    height,
    components: board.components.size,
    view: choices.view,
    cardWidth: options.cardWidth,
    cardHeight: cardLayout(innerWidth, options.cardWidth, parts).height,
    showOverview: options.showOverview,
    showToolbar: options.showToolbar,
  });
  const [held, setHeld] = useState(false);
  const { sections, summaries, counts, overall } = useSections(board, options.groupBy, choices, held);
  const filterInput = useRef<HTMLInputElement>(null);
  const [openKey, setOpenKey] = useState<string>();
  const links = fieldConfig.defaults.links;

  const open = useCallback(
    (key: string) => {
      const component = board.components.get(key);
      const direct = component && linksOf(component, links, replaceVariables).find(({ oneClick }) => oneClick);
      if (direct) {
        window.open(direct.href, direct.target ?? '_self', 'noopener');
      } else {
        setOpenKey(key);
      }
    },
    [board, links, replaceVariables]
  );
  const opened = openKey === undefined ? undefined : board.components.get(openKey);

  if (!board.hasData) {
    return <EmptyBoard data={data} problems={board.problems} height={height} />;
  }
  if (layout.tiny) {
    return (
      <div className={styles.panel} style={{ width, height: height || undefined }}>
        <Tiny overall={overall} counts={counts} width={width} height={height || Infinity} />
        <Announcer board={board} statusRevision={board.statusRevision} />
      </div>
    );
  }

  const shown = sections.flatMap(({ components }) => components);
  const blocks = [
    HEIGHTS[layout.overview],
    layout.toolbar ? HEIGHTS.toolbar : 0,
    board.problems.length > 0 ? HEIGHTS.note : 0,
    asOf !== undefined ? HEIGHTS.note : 0,
  ].filter((block) => block > 0);
  const view = {
    sections,
    label: 'Components',
    width: innerWidth,
    height: height > 0 ? Math.max(40, height - blocks.reduce((sum, block) => sum + block + GAP, 0)) : 0,
    parts,
    cardWidth: options.cardWidth,
    showHeadings: sections.length > 1 || options.groupBy !== '',
    collapsed: choices.collapsed,
    onToggle: choices.toggleSection,
    onOpen: open,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === '/' && !typing && filterInput.current) {
      event.preventDefault();
      event.stopPropagation();
      filterInput.current.focus();
    }
  };

  return (
    <TicksProvider value={ticks}>
      <ThresholdsProvider value={fieldConfig.defaults.thresholds}>
        <div className={styles.panel} style={{ width, height: height || undefined }} onKeyDown={onKeyDown}>
          {layout.overview !== 'none' && (
            <Overview overall={overall} counts={counts} summaries={summaries} form={layout.overview} />
          )}
          {layout.toolbar && (
            <Toolbar
              width={width}
              counts={counts}
              filter={choices.filter}
              onFilter={choices.setFilter}
              filterInput={filterInput}
              statuses={choices.statuses}
              onStatuses={choices.setStatuses}
              sortBy={choices.sortBy}
              onSort={choices.setSortBy}
              view={layout.view}
              onView={choices.setView}
              onCopy={(form) =>
                void copyText(form === 'CSV' ? toCsv(shown) : toJson(shown), `${shown.length} components as ${form}`)
              }
              onRefresh={() => refreshDashboard(eventBus)}
            />
          )}
          {board.problems.length > 0 && <Problems problems={board.problems} />}
          {asOf !== undefined && <p className={styles.note}>As of {dateTimeFormat(asOf, { timeZone })}</p>}
          <div
            className={styles.view}
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            onFocus={() => setHeld(true)}
            onBlur={() => setHeld(false)}
          >
            {sections.length === 0 && <p className={styles.nothing}>No component matches the filter.</p>}
            {layout.view === 'grid' && <GridView {...view} />}
            {layout.view === 'compact' && <CompactView {...view} />}
            {layout.view === 'table' && <TableView {...view} sortBy={choices.sortBy} onSort={choices.setSortBy} />}
          </div>
          <Announcer board={board} statusRevision={board.statusRevision} />
          {opened && (
            <ComponentDrawer
              component={opened}
              revision={opened.revision}
              links={linksOf(opened, links, replaceVariables)}
              timeZone={timeZone}
              onClose={() => setOpenKey(undefined)}
            />
          )}
        </div>
      </ThresholdsProvider>
    </TicksProvider>
  );
}

const getStyles = ({ colors, typography, spacing }: GrafanaTheme2) => ({
  panel: css({ position: 'relative', display: 'flex', flexDirection: 'column', gap: GAP, overflow: 'hidden' }),
  view: css({ minHeight: 0 }),
  note: css({
    flexShrink: 0,
    height: HEIGHTS.note,
    margin: 0,
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
  }),
  nothing: css({ margin: 0, padding: spacing(2), color: colors.text.secondary, textAlign: 'center' }),
});
