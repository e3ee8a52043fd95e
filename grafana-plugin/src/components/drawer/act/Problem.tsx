import React from 'react';
import { css } from '@emotion/css';
import { Alert, LinkButton, useStyles2 } from '@grafana/ui';
import type { Outcome } from './useAct';

interface Props {
  /** Of what was asked for. */
  label: string;
  outcome: Outcome;
}

/** Why an exporter did not do what was asked for. */
export function Problem({ label, outcome: { did, inForce, problems, signInAt } }: Props) {
  const styles = useStyles2(getStyles);
  const title = `${label} was not ${did === 'begin' ? 'started' : 'ended'}${inForce ? ' by every exporter' : ''}`;
  return (
    <Alert
      severity="error"
      title={title}
      bottomSpacing={0}
      className={styles.alert}
      action={
        signInAt !== undefined && (
          <LinkButton
            href={`${signInAt}/`}
            target="_blank"
            rel="noreferrer"
            size="sm"
            variant="secondary"
            icon="external-link-alt"
          >
            Sign in to the exporter, then try again
          </LinkButton>
        )
      }
    >
      {problems.map((problem) => (
        <p key={problem} className={styles.problem}>
          {problem}
        </p>
      ))}
    </Alert>
  );
}

const getStyles = () => ({
  alert: css({ alignSelf: 'stretch' }),
  problem: css({ margin: 0, overflowWrap: 'anywhere' }),
});
