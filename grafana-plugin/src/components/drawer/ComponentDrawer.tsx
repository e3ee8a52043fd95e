import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, LinkModel } from '@grafana/data';
import { Drawer, Icon, TextLink, useStyles2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { upShare } from '../../board/transitions';
import { formatDuration } from '../../board/format';
import { typeIcon } from '../look';
import { ResponseTime } from '../ResponseTime';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { HistoryStrip } from '../trend/HistoryStrip';
import { Sparkline } from '../trend/Sparkline';
import { lasting, statement } from '../words';
import { Fields } from './Fields';
import { Transitions } from './Transitions';

interface Props {
  component: Component;
  /** Of the component. */
  revision: number;
  links: ReadonlyArray<LinkModel<Component>>;
  timeZone: string;
  onClose: () => void;
}

/** Of the smallest drawer, without its padding. */
const WIDTH = 500;

/** All that is known of one component. */
export function ComponentDrawer({ component, revision, links, timeZone, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const { layers, error, stale } = component;
  const length = formatDuration(layers.shape.bucketMs * layers.shape.buckets);
  const line = statement(component);
  return (
    <Drawer title={component.displayName} subtitle={<Subtitle component={component} />} size="md" onClose={onClose}>
      <div className={styles.body}>
        {line && <p className={error && !stale ? styles.error : styles.message}>{line}</p>}
        <section aria-label="Recent history">
          <div className={styles.numbers}>
            <ResponseTime component={component} className={styles.number} />
            <TickText text={(now) => shareText(component, now)} className={styles.secondary} />
          </div>
          <Sparkline component={component} width={WIDTH} height={56} />
          <HistoryStrip component={component} width={WIDTH} height={18} />
          <div className={styles.axis}>
            <span>{length} ago</span>
            <span>now</span>
          </div>
        </section>
        {links.length > 0 && (
          <section aria-label="Links" className={styles.links}>
            {links.map(({ href, title, target }) => (
              <TextLink key={`${title} ${href}`} href={href} external={target === '_blank'}>
                {title}
              </TextLink>
            ))}
          </section>
        )}
        <Transitions component={component} timeZone={timeZone} />
        <Fields component={component} revision={revision} timeZone={timeZone} />
      </div>
    </Drawer>
  );
}

function Subtitle({ component }: { component: Component }) {
  const styles = useStyles2(getStyles);
  const { type, kind, critical, flapping, maintenance, status } = component;
  const marks = [
    critical ? 'critical' : '',
    flapping ? 'flapping' : '',
    maintenance && status !== 'unknown' ? 'in maintenance' : '',
  ].filter(Boolean);
  return (
    <span className={styles.subtitle}>
      <StatusBadge component={component} />
      <TickText text={(now) => lasting(component, now)} />
      <span className={styles.what}>
        <Icon name={typeIcon(type)} size="sm" /> <bdi>{[type, kind, ...marks].filter(Boolean).join(' · ')}</bdi>
      </span>
    </span>
  );
}

function shareText(component: Component, now: number): string {
  const share = upShare(component, now);
  return share === undefined ? '' : `up ${(Math.floor(share * 1000) / 10).toFixed(share === 1 ? 0 : 1)} % of this time`;
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  body: css({ display: 'flex', flexDirection: 'column', gap: spacing(3), overflowWrap: 'anywhere', maxWidth: WIDTH }),
  subtitle: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: spacing(0.5, 1.5),
    color: colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
  }),
  what: css({ display: 'inline-flex', alignItems: 'center', gap: spacing(0.5), minWidth: 0 }),
  message: css({ margin: 0 }),
  error: css({ margin: 0, color: colors.error.text }),
  numbers: css({ display: 'flex', alignItems: 'baseline', gap: spacing(1.5) }),
  number: css({ fontSize: typography.h3.fontSize, fontWeight: typography.fontWeightMedium }),
  secondary: css({ color: colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  axis: css({
    display: 'flex',
    justifyContent: 'space-between',
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
  }),
  links: css({ display: 'flex', flexWrap: 'wrap', gap: spacing(1, 2) }),
});
