import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { ComponentDetails, Subtitle, type DetailsProps } from './ComponentDetails';

interface Props extends Omit<DetailsProps, 'component'> {
  component: DetailsProps['component'] | undefined;
  /** What was looked for. */
  name: string;
}

/** The details of one component in place of the board. */
export function OneComponent({ component, name, ...details }: Props) {
  const styles = useStyles2(getStyles);
  if (!component) {
    return <p className={styles.nothing}>No component is called &quot;{name}&quot; in what this panel asks for.</p>;
  }
  return (
    <div className={styles.one} role="region" aria-label={component.displayName} tabIndex={0}>
      <h3 className={styles.name}>
        <bdi>{component.displayName}</bdi>
      </h3>
      <Subtitle component={component} timeZone={details.timeZone} />
      <ComponentDetails component={component} {...details} />
    </div>
  );
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  one: css({ display: 'flex', flexDirection: 'column', gap: spacing(1), minHeight: 0, overflowY: 'auto' }),
  name: css({ margin: 0, fontSize: typography.h4.fontSize, overflowWrap: 'anywhere' }),
  nothing: css({ margin: 0, padding: spacing(2), color: colors.text.secondary, textAlign: 'center' }),
});
