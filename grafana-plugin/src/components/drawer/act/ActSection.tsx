import React, { useRef, useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Icon, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { MOST_ASKED_TEXT } from '@onehertz/contract';
import type { Component } from '../../../board/component';
import { exporterUrlsOf, unaskedVantagesOf } from '../../../board/vantages';
import type { Act } from '../../../host/exporter';
import { userName } from '../../../host/user';
import { answerText, DURATIONS, inForceOf, shownText, WORDS } from './act-words';
import { Problem } from './Problem';
import { useAct } from './useAct';

interface Props {
  component: Component;
  timeZone: string;
}

const ACTS = (['maintenance', 'silences'] as const).map((value) => ({ value, label: WORDS[value].label }));

/**
 * Puts the component into maintenance, or silences its alerts, by requests of this page to its exporters. Nothing is drawn while they cannot be
 * asked, and what was typed is kept.
 */
export function ActSection({ component, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const urls = exporterUrlsOf(component);
  const [act, setAct] = useState<Act>('maintenance');
  const [duration, setDuration] = useState(DURATIONS[0].value);
  const [reason, setReason] = useState('');
  // a silence is one for all of them
  const unasked = act === 'maintenance' ? unaskedVantagesOf(component) : [];
  const { busy, outcome, ...ask } = useAct(component, urls, act);
  const beginButton = useRef<HTMLButtonElement>(null);
  const words = WORDS[act];
  const by = userName();
  const inForce = inForceOf(act, component);
  const shown = shownText(act, component, component.at, timeZone);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    // the drawer is inside of the panel for React
    event.stopPropagation();
    void ask.begin({ duration, reason: reason.trim(), by });
  };
  const onEnd = async () => {
    await ask.end();
    // the button that had the focus goes away when the board shows the end
    beginButton.current?.focus();
  };
  const choose = (chosen: Act) => {
    setAct(chosen);
    ask.forget();
  };

  if (urls.length === 0) {
    return null;
  }
  return (
    <section aria-label="Act" className={styles.section}>
      <h4 className={styles.title}>Act</h4>
      <RadioButtonGroup
        aria-label="What to do"
        size="sm"
        options={ACTS}
        value={act}
        onChange={choose}
        disabled={busy !== undefined}
      />
      <p className={styles.text}>{words.effect}</p>
      {shown && (
        <div className={styles.inForce}>
          <Icon name={words.icon} />
          <bdi className={styles.what}>{shown}</bdi>
          {inForce && (
            <Button
              size="sm"
              variant="secondary"
              icon={busy === 'end' ? 'spinner' : undefined}
              aria-busy={busy === 'end'}
              onClick={() => void onEnd()}
            >
              {words.end}
            </Button>
          )}
        </div>
      )}
      <form className={styles.form} onSubmit={onSubmit}>
        <Field label="Duration" noMargin>
          <RadioButtonGroup aria-label="Duration" options={DURATIONS} value={duration} onChange={setDuration} />
        </Field>
        <Field label="Reason" noMargin className={styles.reason}>
          <Input
            value={reason}
            maxLength={MOST_ASKED_TEXT.reason}
            placeholder="e.g. upgrade"
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </Field>
        <Button
          ref={beginButton}
          type="submit"
          variant="secondary"
          icon={busy === 'begin' ? 'spinner' : words.icon}
          aria-busy={busy === 'begin'}
        >
          {inForce ? words.change : words.begin}
        </Button>
      </form>
      <p className={styles.text}>{`Sent from this browser to ${urls.join(' and ')}${by ? ` as ${by}` : ''}`}</p>
      {unasked.length > 0 && (
        <p className={styles.text}>
          {`Not sent to the exporter of ${unasked.join(', ')}, which takes no such requests: what it sees may still fire alerts`}
        </p>
      )}
      <div role="status">{outcome && answerText(act, outcome, inForce, component.at, timeZone)}</div>
      {outcome && outcome.problems.length > 0 && <Problem label={words.label} outcome={outcome} />}
    </section>
  );
}

const getStyles = ({ colors, shape, spacing, typography }: GrafanaTheme2) => ({
  section: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: spacing(1) }),
  title: css({ fontSize: typography.h6.fontSize, margin: 0 }),
  text: css({ margin: 0, color: colors.text.secondary, fontSize: typography.bodySmall.fontSize }),
  inForce: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: spacing(1),
    alignSelf: 'stretch',
    padding: spacing(1),
    background: colors.background.secondary,
    borderRadius: shape.radius.default,
  }),
  what: css({ flex: '1 1 160px', minWidth: 0 }),
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: spacing(1, 2), alignSelf: 'stretch' }),
  reason: css({ flex: '1 1 160px', minWidth: 0 }),
});
