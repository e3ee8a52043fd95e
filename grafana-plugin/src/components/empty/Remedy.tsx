import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Diagnosis } from './diagnose';

interface Props {
  diagnosis: Diagnosis;
  /** There is room for a line only. */
  isShort: boolean;
}

/** What it can come from that nothing is pushed, and what fixes it. */
export function Remedy({ diagnosis: { causes, settings, canReload }, isShort }: Props) {
  const styles = useStyles2(getStyles);
  const button = canReload && (
    <Button size="sm" variant="secondary" icon="sync" onClick={reloadPage}>
      Reload the page
    </Button>
  );
  if (isShort) {
    return <>{button}</>;
  }
  return (
    <div className={styles.remedy}>
      {causes.length === 1 ? (
        <p>{causes[0]}</p>
      ) : (
        causes.length > 0 && (
          <ul>
            {causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        )
      )}
      {settings && (
        <>
          <p>In {settings.of}:</p>
          <pre className={styles.lines}>{settings.lines}</pre>
        </>
      )}
      {button}
    </div>
  );
}

export function reloadPage(): void {
  window.location.reload();
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  remedy: css({
    maxWidth: '100%',
    marginTop: spacing(1),
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
    textAlign: 'left',
    '& p': { margin: 0 },
    '& ul': { margin: spacing(0, 0, 1), paddingLeft: spacing(2) },
  }),
  lines: css({ margin: spacing(0.5, 0, 1), padding: spacing(0.5, 1), fontSize: typography.bodySmall.fontSize }),
});
