import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Portal, useStyles2, VizTooltipContainer } from '@grafana/ui';
import type { Component } from '../../board/component';
import { OWN_ELEMENT } from '../../host/sandbox';
import { typeIcon } from '../look';
import { ResponseTime } from '../ResponseTime';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { HistoryStrip } from '../trend/HistoryStrip';
import { agreement, lasting, statement } from '../words';

interface Props {
  component: Component;
  revision: number;
  /** Position in pixels of the window. */
  x: number;
  y: number;
}

const STRIP_WIDTH = 216;

/** Tooltip of a hexagon. Screen readers get the same from the hexagon's accessible name. */
export function ComponentTooltip({ component, x, y }: Props) {
  const styles = useStyles2(getStyles);
  const line = [agreement(component), statement(component)].filter(Boolean).join(': ');
  return (
    <Portal>
      <VizTooltipContainer position={{ x, y }} offset={{ x: 8, y: 8 }} aria-hidden="true">
        <div className={styles.tooltip} {...OWN_ELEMENT}>
          <div className={styles.header}>
            <Icon name={typeIcon(component.type)} size="sm" />
            <bdi className={styles.name}>{component.displayName}</bdi>
          </div>
          <div className={styles.header}>
            <StatusBadge component={component} />
            <TickText text={(now) => lasting(component, now)} className={styles.secondary} />
            <ResponseTime component={component} className={styles.number} />
          </div>
          <HistoryStrip component={component} width={STRIP_WIDTH} height={12} />
          {line && <bdi className={styles.line}>{line}</bdi>}
        </div>
      </VizTooltipContainer>
    </Portal>
  );
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  tooltip: css({
    display: 'flex',
    flexDirection: 'column',
    gap: spacing(0.5),
    width: STRIP_WIDTH,
    fontSize: typography.bodySmall.fontSize,
  }),
  header: css({ display: 'flex', alignItems: 'center', gap: spacing(1), minWidth: 0 }),
  name: css({ overflow: 'hidden', textOverflow: 'ellipsis', fontWeight: typography.fontWeightMedium }),
  number: css({ marginLeft: 'auto' }),
  secondary: css({ color: colors.text.secondary }),
  line: css({
    display: '-webkit-box',
    WebkitLineClamp: 3,
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
    overflowWrap: 'anywhere',
  }),
});
