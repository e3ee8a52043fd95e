import React, { memo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Tooltip, useStyles2 } from '@grafana/ui';

interface Props {
  problems: readonly string[];
  /** Loads the page anew, where that can help. */
  onReload?: () => void;
}

/** One line about what could not be read; all of it on hover and focus. */
export const Problems = memo(function Problems({ problems, onReload }: Props) {
  const styles = useStyles2(getStyles);
  const [first, ...more] = problems;
  const list = (
    <ul className={styles.list}>
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
  return (
    <Tooltip content={list} interactive>
      <div className={styles.problems} role="note" tabIndex={0}>
        <Icon name="exclamation-triangle" size="sm" />
        <bdi className={styles.text}>{first}</bdi>
        {more.length > 0 && <span className={styles.more}>+{more.length} more</span>}
        {onReload && (
          <Button size="sm" fill="text" className={styles.reload} onClick={onReload}>
            Reload the page
          </Button>
        )}
      </div>
    </Tooltip>
  );
});

const getStyles = ({ colors, spacing, typography, shape }: GrafanaTheme2) => ({
  problems: css({
    display: 'flex',
    alignItems: 'center',
    gap: spacing(1),
    flexShrink: 0,
    minWidth: 0,
    padding: spacing(0.25, 1),
    color: colors.warning.text,
    background: colors.warning.transparent,
    borderRadius: shape.radius.default,
    fontSize: typography.bodySmall.fontSize,
  }),
  text: css({ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  more: css({ flexShrink: 0 }),
  reload: css({ flexShrink: 0, height: 'auto', padding: 0, fontSize: 'inherit' }),
  list: css({ paddingLeft: spacing(2), margin: 0, overflowWrap: 'anywhere' }),
});
