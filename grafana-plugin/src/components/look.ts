/** The look of a status: icon, word and theme colours. Never colour alone. */
import { css } from '@emotion/css';
import { colorManipulator, type GrafanaTheme2, type IconName } from '@grafana/data';
import { STATUS_COLOR, STATUSES, statusWord, type Status } from '@onehertz/contract';
import type { Component } from '../board/component';

export interface Look {
  icon: IconName;
  word: string;
  /** For areas: hexagons, history. */
  fill: string;
  /** For words and icons on a panel or on `tint`. */
  text: string;
  /** A background of the same hue. */
  tint: string;
  border: string;
}

const ICONS: Readonly<Record<Status, IconName>> = {
  healthy: 'check-circle',
  degraded: 'exclamation-circle',
  warning: 'exclamation-triangle',
  unhealthy: 'times-circle',
  unknown: 'question-circle',
};

/** The icon of a status. */
export function statusIcon(status: Status): IconName {
  return ICONS[status];
}

interface Hue {
  /** Names of the palette. */
  darkText: string;
  lightText: string;
  /** How much the text is darkened in the light theme: orange and yellow of the palette are not readable on white. */
  darken?: number;
}

/** Shades of {@link STATUS_COLOR} that are readable as text on panels and tints. */
const HUES: Readonly<Record<Exclude<Status, 'unknown'>, Hue>> = {
  healthy: { darkText: 'green', lightText: 'dark-green' },
  degraded: { darkText: 'orange', lightText: 'dark-orange', darken: 0.25 },
  warning: { darkText: 'dark-yellow', lightText: 'dark-yellow', darken: 0.45 },
  unhealthy: { darkText: 'light-red', lightText: 'dark-red' },
};

/**
 * Share of the hue in a tint: the worse, the more, as red is the dullest hue for people with colour vision deficiencies. Only primary text
 * and the hue's own are readable on it, see the test.
 */
const TINTS: Readonly<Record<Status, number>> = {
  unhealthy: 0.22,
  degraded: 0.08,
  warning: 0.04,
  healthy: 0.04,
  unknown: 0.13,
};

/** A class for text in the hue of each status, for a component's styles. */
export function statusTexts(theme: GrafanaTheme2): Record<Status, string> {
  return Object.fromEntries(
    STATUSES.map((status): [Status, string] => [status, css({ color: lookOf(status, theme).text })])
  ) as Record<Status, string>;
}

/** Icon, word and colours of a status. */
export function lookOf(status: Status, { colors, visualization, isDark }: GrafanaTheme2): Look {
  const icon = ICONS[status];
  const word = statusWord(status);
  if (status === 'unknown') {
    const { text, border } = colors;
    const tint = colorManipulator.alpha(text.disabled, TINTS.unknown);
    return { icon, word, fill: text.disabled, text: text.secondary, tint, border: border.weak };
  }
  const { darkText, lightText, darken = 0 } = HUES[status];
  const color = visualization.getColorByName(STATUS_COLOR[status]);
  return {
    icon,
    word,
    fill: color,
    text: isDark
      ? visualization.getColorByName(darkText)
      : colorManipulator.darken(visualization.getColorByName(lightText), darken),
    tint: colorManipulator.alpha(color, TINTS[status]),
    border: colorManipulator.alpha(color, 0.4),
  };
}

/** Shown in place of the status word if there is a reason for an unknown status. */
export interface Standing {
  icon: IconName;
  word: string;
}

/** Icon and word for a component: its status, or why it is unknown. */
export function standingOf({ status, stale, maintenance }: Component): Standing {
  if (stale) {
    return { icon: 'clock-nine', word: 'Stale' };
  }
  if (status === 'unknown' && maintenance) {
    return { icon: 'pause', word: 'Maintenance' };
  }
  return { icon: ICONS[status], word: statusWord(status) };
}

const TYPE_ICONS: Readonly<Record<string, IconName>> = {
  database: 'database',
  cache: 'bolt',
  queue: 'envelope',
  storage: 'cube',
  worker: 'cog',
  service: 'apps',
  receiver: 'rss',
  model: 'process',
};

/** The icon for a component type. */
export function typeIcon(type: string): IconName {
  return TYPE_ICONS[type] ?? 'cube';
}
