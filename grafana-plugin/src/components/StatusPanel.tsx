import React, { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { chatText } from '@onehertz/contract';
import type { Board } from '../board/board';
import { toCsv, toJson } from '../board/export';
import { copyText } from '../host/clipboard';
import { linksOf } from '../host/links';
import { refreshDashboard } from '../host/refresh';
import { completeOptions, historyLength, type StatusPanelOptions } from '../options/options';
import { CompactView } from './compact/CompactView';
import { ComponentDrawer } from './drawer/ComponentDrawer';
import { OneComponent } from './drawer/OneComponent';
import { EmptyBoard } from './EmptyBoard';
import type { Diagnosis } from './empty/diagnose';
import { reloadPage } from './empty/Remedy';
import { GridView } from './grid/GridView';
import { Headline } from './Headline';
import { BLOCKS, panelLayout, SCROLL_BAR } from './layout';
import { Nothing } from './Nothing';
import { Overview } from './Overview';
import { PanelFrame } from './PanelFrame';
import { Problems } from './Problems';
import { TableView } from './table/TableView';
import { Tiny } from './Tiny';
import { Toolbar, type CopyForm } from './Toolbar';
import { TrendPointer } from './trend/TrendPointer';
import { pastEnd, queriesOf, useBoard } from './useBoard';
import { useChoices } from './useChoices';
import { useDiagnosis } from './useDiagnosis';
import { useHeld } from './useHeld';
import { useHiddenRefresh } from './useHiddenRefresh';
import { useHistory } from './useHistory';
import { useHeadline, useSections } from './useSections';

export function StatusPanel(props: PanelProps<StatusPanelOptions>) {
  const { data, width, height, timeRange, timeZone, replaceVariables, fieldConfig, eventBus } = props;
  const styles = useStyles2(getStyles);
  const options = useMemo(() => completeOptions(props.options), [props.options]);
  const queries = useMemo(() => queriesOf(data.request, replaceVariables), [data.request, replaceVariables]);
  const { diagnosis, live, isStream } = useDiagnosis(data, replaceVariables);
  const asOf = pastEnd(timeRange);
  const historyMs = historyLength(options, { from: timeRange.from.valueOf(), to: timeRange.to.valueOf() });
  const history = useHistory({
    source: replaceVariables(options.historySource),
    matchers: replaceVariables(options.historyMatchers),
    historyMs,
    asOf,
    timeZone,
    isSilent: diagnosis !== undefined,
  });
  const { board, ticks } = useBoard(data, historyMs, asOf, options, queries, history, live);
  const silence = isStream && asOf === undefined && board.hasData ? diagnosis : undefined;
  const showsHistory = silence !== undefined && isFromHistory(board);
  const problems = useMemo(() => {
    const said = silence ? [silenceText(silence, showsHistory)] : [];
    return [...said, ...board.problems, ...(history?.problem ? [history.problem] : [])];
  }, [silence, showsHistory, board.problems, history]);
  const choices = useChoices(options);
  const parts = useMemo(() => new Set(options.parts), [options.parts]);
  const { held, handlers } = useHeld();
  const { sections, summaries, counts } = useSections(board, options.groupBy, choices, held);
  const headline = useHeadline(board);
  const { overall } = headline;
  const layout = panelLayout({
    width,
    height,
    sections: summaries.map(({ counts: { total } }) => total),
    headline,
    notes: (problems.length > 0 ? 1 : 0) + (asOf === undefined ? 0 : 1),
    view: choices.view,
    cardWidth: options.cardWidth,
    parts,
    showOverview: options.showOverview,
    showToolbar: options.showToolbar,
    wantHeadings: summaries.length > 1 || options.groupBy !== '',
  });
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
  const copy = useCallback(
    (form: CopyForm) => {
      if (form === 'chat') {
        void copyText(
          chatText(board.headline(), board.now, window.location.href),
          'what is broken, as text for a chat'
        );
        return;
      }
      const shown = sections.flatMap(({ components }) => components);
      void copyText(form === 'CSV' ? toCsv(shown) : toJson(shown), `${shown.length} components as ${form}`);
    },
    [sections, board]
  );
  const componentOf = useCallback((key: string) => board.components.get(key), [board]);
  const refresh = useCallback(() => refreshDashboard(eventBus), [eventBus]);
  useHiddenRefresh(isStream, refresh);
  const opened = openKey === undefined ? undefined : board.components.get(openKey);

  if (!board.hasData || board.isSettling) {
    return (
      <EmptyBoard data={data} problems={problems} height={height} isSettling={board.isSettling} diagnosis={diagnosis} />
    );
  }
  const frame = {
    width,
    height,
    ticks,
    thresholds: fieldConfig.defaults.thresholds,
    board,
    statusRevision: board.statusRevision,
  };
  const notes = (
    <>
      {problems.length > 0 && <Problems problems={problems} onReload={silence?.canReload ? reloadPage : undefined} />}
      {asOf !== undefined && (
        <p className={styles.note}>
          As of {dateTimeFormat(asOf, { timeZone })}
          {isBeyondLive(board) && '. The live stream does not reach back so far: panels that ask Prometheus do'}
        </p>
      )}
    </>
  );
  const detailsOf = replaceVariables(options.detailsOf);
  if (detailsOf !== '') {
    const one = board.components.get(detailsOf);
    return (
      <PanelFrame {...frame}>
        {notes}
        <OneComponent
          component={one}
          name={detailsOf}
          revision={one?.revision ?? 0}
          links={one ? linksOf(one, links, replaceVariables) : []}
          timeZone={timeZone}
          isNow={asOf === undefined}
        />
      </PanelFrame>
    );
  }
  if (layout.tiny) {
    return (
      <PanelFrame {...frame}>
        <Tiny headline={headline} counts={counts} width={width} height={height || Infinity} />
      </PanelFrame>
    );
  }

  const view = {
    sections,
    label: 'Components',
    width: Math.max(0, width - SCROLL_BAR),
    height: layout.viewHeight,
    parts,
    cardWidth: options.cardWidth,
    density: layout.density,
    showHeadings: layout.headings,
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
    <PanelFrame {...frame} onKeyDown={onKeyDown}>
      {layout.overview !== 'none' && (
        <Overview overall={overall} counts={counts} summaries={summaries} form={layout.overview} width={width} />
      )}
      {layout.headline.height > 0 && <Headline headline={headline} form={layout.headline} onOpen={open} />}
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
          onCopy={copy}
          onRefresh={refresh}
        />
      )}
      {notes}
      <div className={styles.view} {...handlers}>
        {sections.length === 0 && <Nothing choices={choices} />}
        <TrendPointer componentOf={componentOf} timeZone={timeZone}>
          {layout.view === 'grid' && <GridView {...view} />}
          {layout.view === 'compact' && <CompactView {...view} />}
          {layout.view === 'table' && <TableView {...view} sortBy={choices.sortBy} onSort={choices.setSortBy} />}
        </TrendPointer>
      </div>
      {opened && (
        <ComponentDrawer
          component={opened}
          revision={opened.revision}
          links={linksOf(opened, links, replaceVariables)}
          timeZone={timeZone}
          isNow={asOf === undefined}
          onClose={() => setOpenKey(undefined)}
        />
      )}
    </PanelFrame>
  );
}

function silenceText({ title, causes }: Diagnosis, showsHistory: boolean): string {
  const instead = showsHistory ? ['This is what the data source of the history knows, up to 10 s later.'] : [];
  return [`${title}.`, ...instead, ...causes].join(' ');
}

/** Whether the board shows something that is so now, although nothing is pushed. */
function isFromHistory({ components }: Board): boolean {
  return [...components.values()].some(({ stale, status }) => !stale && status !== 'unknown');
}

/** Whether nothing is known of a component at the moment that is shown, and no query of the past was asked. */
function isBeyondLive({ components }: Board): boolean {
  return [...components.values()].some(({ status, past, vantages }) => status === 'unknown' && !past && !vantages);
}

const getStyles = ({ colors, typography }: GrafanaTheme2) => ({
  view: css({ minHeight: 0 }),
  note: css({
    flexShrink: 0,
    height: BLOCKS.note,
    margin: 0,
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
  }),
});
