/** Texts of what the user may ask an exporter for. */
import type { IconName } from '@grafana/data';
import type { AskedFacts } from '@onehertz/contract';
import type { Component } from '../../../board/component';
import type { Act } from '../../../host/exporter';
import { capitalized, silenceText, untilText } from '../../words';
import type { Outcome } from './useAct';

interface Words {
  label: string;
  /** What it does. */
  effect: string;
  begin: string;
  /** In place of `begin` while it is on. */
  change: string;
  end: string;
  icon: IconName;
  isOn: string;
}

export const WORDS: Readonly<Record<Act, Words>> = {
  maintenance: {
    label: 'Maintenance',
    effect: 'Alerts of this component do not fire, and the board says that it is in maintenance.',
    begin: 'Start maintenance',
    change: 'Change maintenance',
    end: 'End maintenance',
    icon: 'pause',
    isOn: 'in maintenance',
  },
  silences: {
    label: 'Silence',
    effect: 'Alerts of this component fire and the board shows its status, but Alertmanager notifies nobody.',
    begin: 'Silence alerts',
    change: 'Add a silence',
    end: 'End silence',
    icon: 'bell-slash',
    isOn: 'alerts silenced',
  },
};

export const DURATIONS = [
  { value: '30m', label: '30 min' },
  { value: '1h', label: '1 h' },
  { value: '4h', label: '4 h' },
];

/** What is in force, as the board shows it; `undefined` if nothing is. */
export function shownText(act: Act, component: Component, now: number, timeZone: string): string | undefined {
  const { maintenance, asked, silence } = component;
  const { isOn } = WORDS[act];
  if (act === 'silences') {
    return silence && capitalized(silenceText(silence, now, timeZone));
  }
  return maintenance
    ? capitalized(asked ? untilText(isOn, asked, now, timeZone) : `${isOn} by its configuration`)
    : undefined;
}

/** What the user asked for and can end. */
export function inForceOf(act: Act, { maintenance, asked, silence }: Component): AskedFacts | undefined {
  return act === 'silences' ? silence : maintenance ? asked : undefined;
}

/** Clocks of exporters that were asked one after the other. */
const SAME_END_MS = 2000;

/**
 * What an exporter answered, until the board shows the same. @param shown what the board shows
 * @param now in milliseconds since the epoch
 */
export function answerText(
  act: Act,
  { did, inForce }: Outcome,
  shown: AskedFacts | undefined,
  now: number,
  timeZone: string
): string {
  if (!inForce) {
    return '';
  }
  if (did === 'end') {
    return `The exporter ended it.${shown ? ' The board follows with the next data.' : ''}`;
  }
  const isShown = Math.abs((shown?.until ?? NaN) - (inForce.until ?? NaN)) < SAME_END_MS;
  return isShown
    ? ''
    : `The exporter accepted it: ${untilText(WORDS[act].isOn, inForce, now, timeZone)}. The board follows with the next data.`;
}
