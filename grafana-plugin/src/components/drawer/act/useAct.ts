/** Asks the exporters of a component for something, and keeps what they said. */
import { useState } from 'react';
import type { Component } from '../../../board/component';
import {
  begin,
  endMaintenance,
  endSilence,
  type Act,
  type Answer,
  type InForce,
  type Wish,
} from '../../../host/exporter';

export interface Outcome {
  did: 'begin' | 'end';
  /** What an exporter says is in force, or was. */
  inForce?: InForce;
  /** What others said instead, as sentences; each once. */
  problems: string[];
  /** The exporter at which the user has to sign in first, the first of several. */
  signInAt?: string;
}

export interface UsedAct {
  /** A request is under way. */
  busy: Outcome['did'] | undefined;
  outcome: Outcome | undefined;
  begin(wish: Omit<Wish, 'component'>): Promise<void>;
  end(): Promise<void>;
  forget(): void;
}

/** @param urls of the exporters that watch it */
export function useAct(component: Component, urls: readonly string[], act: Act): UsedAct {
  const [busy, setBusy] = useState<Outcome['did']>();
  const [outcome, setOutcome] = useState<Outcome>();
  const name = component.labels.component ?? component.name;
  // all of them reach the same Alertmanager
  const asked = act === 'silences' ? urls.slice(0, 1) : urls;

  async function run(did: Outcome['did'], request: (url: string) => Promise<Answer>): Promise<void> {
    if (busy) {
      return;
    }
    setBusy(did);
    setOutcome(undefined);
    const answers = await Promise.all(asked.map(request));
    const signInAt = asked.find((_url, index) => needsSignIn(answers[index]));
    setOutcome({ ...outcomeOf(did, answers), signInAt });
    setBusy(undefined);
  }

  return {
    busy,
    outcome,
    begin: (wish) => run('begin', (url) => begin(url, act, { ...wish, component: name })),
    end: () => run('end', (url) => (act === 'silences' ? endSilence(url, name) : endMaintenance(url, name))),
    forget: () => setOutcome(undefined),
  };
}

function outcomeOf(did: Outcome['did'], answers: readonly Answer[]): Outcome {
  const failed = answers.filter((answer) => !answer.ok);
  return {
    did,
    inForce: answers.find((answer) => answer.ok)?.inForce,
    problems: [...new Set(failed.map(({ problem }) => problem))],
  };
}

const needsSignIn = (answer: Answer) => !answer.ok && answer.needsSignIn;
