import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, LinkModel } from '@grafana/data';
import { Drawer, Icon, LinkButton, useStyles2 } from '@grafana/ui';
import { durationText } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { peakOf, seenMs, upShare } from '../../board/transitions';
import { formatResponseTime } from '../../board/format';
import { OWN_ELEMENT } from '../../host/sandbox';
import { lookOf, typeIcon } from '../look';
import { ResponseTime } from '../ResponseTime';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { HistoryStrip } from '../trend/HistoryStrip';
import { Sparkline } from '../trend/Sparkline';
import { lasting, statement } from '../words';
import { Fields } from './Fields';
import { Transitions } from './Transitions';
import { useWidth } from './useWidth';

interface Props {
  component: Component;
  /** Of the component. */
  revision: number;
  links: ReadonlyArray<LinkModel<Component>>;
  timeZone: string;
  onClose: () => void;
}

/** All details of one component. */
export function ComponentDrawer({ component, revision, links, timeZone, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const [width, body] = useWidth();
  const { layers, error, stale, responseTimeMs } = component;
  const length = durationText(layers.shape.bucketMs * layers.shape.buckets);
  const line = statement(component);
  return (
    <Drawer title={component.displayName} subtitle={<Subtitle component={component} />} size="md" onClose={onClose}>
      <div ref={body} className={styles.body} {...OWN_ELEMENT}>
        {line && <p className={error && !stale ? styles.error : styles.message}>{line}</p>}
        <section aria-label="Recent history">
          <div className={styles.numbers}>
            {responseTimeMs !== undefined && !stale && <ResponseTime component={component} className={styles.number} />}
            <TickText text={(now) => historyText(component, now)} className={styles.secondary} />
          </div>
          <Sparkline component={component} width={width} height={56} />
          <HistoryStrip component={component} width={width} height={18} />
          <div className={styles.axis}>
            <span>{length} ago</span>
            <span>now</span>
          </div>
        </section>
        {links.length > 0 && (
          <section aria-label="Links" className={styles.links}>
            {links.map(({ href, title, target }) => (
              <LinkButton
                key={`${title} ${href}`}
                href={href}
                target={target}
                rel="noreferrer"
                size="sm"
                variant="secondary"
                icon={target === '_blank' ? 'external-link-alt' : 'link'}
              >
                {title}
              </LinkButton>
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
    <span className={styles.subtitle} {...OWN_ELEMENT}>
      <StatusBadge component={component} />
      <TickText text={(now) => lasting(component, now)} />
      <span className={styles.what}>
        <Icon name={typeIcon(type)} size="sm" /> <bdi>{[type, kind, ...marks].filter(Boolean).join(' · ')}</bdi>
      </span>
    </span>
  );
}

/** If less than this share of the displayed time was observed, the text says how much. */
const NEARLY_ALL = 0.95;

/** `up 99.3 % of this time, peak 12.4 ms`; `up 80 % of the 25 s that were seen`. */
function historyText(component: Component, now: number): string {
  const share = upShare(component, now);
  const peak = peakOf(component, now);
  const percent = share === undefined ? '' : (Math.floor(share * 1000) / 10).toFixed(share % 1 === 0 ? 0 : 1);
  const { bucketMs, buckets } = component.layers.shape;
  const seen = seenMs(component, now, (component.live ?? component.past)?.interval ?? 0);
  const time = seen < bucketMs * buckets * NEARLY_ALL ? `the ${durationText(seen)} that were seen` : 'this time';
  return [percent && `up ${percent} % of ${time}`, peak === undefined ? '' : `peak ${formatResponseTime(peak)}`]
    .filter(Boolean)
    .join(', ');
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography } = theme;
  return {
    body: css({ display: 'flex', flexDirection: 'column', gap: spacing(3), overflowWrap: 'anywhere' }),
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
    error: css({ margin: 0, color: lookOf('unhealthy', theme).text }),
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
  };
};
