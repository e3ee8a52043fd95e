import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, LinkModel } from '@grafana/data';
import { Icon, LinkButton, useStyles2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { OWN_ELEMENT } from '../../host/sandbox';
import { lookOf, typeIcon } from '../look';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { lasting, marksOf, silenceText, statement } from '../words';
import { ActSection } from './act/ActSection';
import { Fields } from './Fields';
import { HistorySection } from './HistorySection';
import { Transitions } from './Transitions';
import { useWidth } from './useWidth';

export interface DetailsProps {
  component: Component;
  /** Of the component. */
  revision: number;
  links: ReadonlyArray<LinkModel<Component>>;
  timeZone: string;
  /** Whether the panel shows the present. */
  isNow: boolean;
}

/** Everything about one component. */
export function ComponentDetails({ component, revision, links, timeZone, isNow }: DetailsProps) {
  const styles = useStyles2(getStyles);
  const [width, body] = useWidth();
  const { error, stale, maintenance } = component;
  const line = statement(component);
  return (
    <div ref={body} className={styles.body} {...OWN_ELEMENT}>
      {line && <p className={error && !stale && !maintenance ? styles.error : styles.message}>{line}</p>}
      <HistorySection component={component} width={width} timeZone={timeZone} />
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
      {isNow && <ActSection key={component.key} component={component} timeZone={timeZone} />}
      <Transitions component={component} timeZone={timeZone} />
      <Fields component={component} revision={revision} timeZone={timeZone} />
    </div>
  );
}

/** Status, since when, and what it is, in one line. */
export function Subtitle({ component, timeZone }: Pick<DetailsProps, 'component' | 'timeZone'>) {
  const styles = useStyles2(getStyles);
  const { type, kind, silence } = component;
  const marks = [...marksOf(component), silence ? silenceText(silence, component.at, timeZone) : ''];
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

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing } = theme;
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
    links: css({ display: 'flex', flexWrap: 'wrap', gap: spacing(1, 2) }),
  };
};
