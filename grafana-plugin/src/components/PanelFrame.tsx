import React, { type KeyboardEventHandler, type ReactNode } from 'react';
import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { Board } from '../board/board';
import { Announcer } from './Announcer';
import { BLOCKS } from './layout';
import { ThresholdsProvider } from './ResponseTime';
import { TicksProvider } from './ticks';

interface Props {
  /** In pixels; a height of 0 is that of the content. */
  width: number;
  height: number;
  ticks: Parameters<typeof TicksProvider>[0]['value'];
  thresholds: Parameters<typeof ThresholdsProvider>[0]['value'];
  board: Board;
  /** Of the board. */
  statusRevision: number;
  onKeyDown?: KeyboardEventHandler;
  children: ReactNode;
}

/** What every form of the panel with data has around it. */
export function PanelFrame({ width, height, ticks, thresholds, board, statusRevision, onKeyDown, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <TicksProvider value={ticks}>
      <ThresholdsProvider value={thresholds}>
        <div className={styles.panel} style={{ width, height: height || undefined }} onKeyDown={onKeyDown}>
          {children}
          <Announcer board={board} statusRevision={statusRevision} />
        </div>
      </ThresholdsProvider>
    </TicksProvider>
  );
}

const getStyles = () => ({
  panel: css({ position: 'relative', display: 'flex', flexDirection: 'column', gap: BLOCKS.gap, overflow: 'hidden' }),
});
