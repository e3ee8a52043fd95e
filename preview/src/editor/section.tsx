/** A category of options that can be folded away. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { clearButtonStyles, Icon, useStyles2 } from '@grafana/ui';
import { type ReactNode, useState } from 'react';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const clear = useStyles2(clearButtonStyles);
  const [open, setOpen] = useState(true);
  return (
    <section className={styles.section}>
      <h2 className={styles.heading}>
        <button type="button" className={clear} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'angle-down' : 'angle-right'} /> {title}
        </button>
      </h2>
      {open && <div className={styles.options}>{children}</div>}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ borderBottom: `1px solid ${theme.colors.border.weak}`, padding: theme.spacing(1, 2) }),
  heading: css({ fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightMedium, margin: 0 }),
  options: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    padding: theme.spacing(1.5, 0, 1.5, 2.5),
  }),
});
