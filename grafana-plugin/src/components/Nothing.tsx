import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Choices } from './useChoices';

/** In place of the components, if none is chosen: what was looked for is not there, which may be good news. */
export function Nothing({ choices }: { choices: Choices }) {
  const styles = useStyles2(getStyles);
  const { filter, setFilter, statuses, setStatuses } = choices;
  const words = statuses.join(' or ');
  const what =
    filter === '' ? `Nothing is ${words} now.` : `No component${words ? ` that is ${words}` : ''} matches the filter.`;
  const showAll = () => {
    setFilter('');
    setStatuses([]);
  };
  return (
    <div className={styles.nothing}>
      <span>{what}</span>
      <Button size="sm" variant="secondary" onClick={showAll}>
        Show all
      </Button>
    </div>
  );
}

const getStyles = ({ colors, spacing }: GrafanaTheme2) => ({
  nothing: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'center',
    gap: spacing(1),
    padding: spacing(2),
    color: colors.text.secondary,
  }),
});
