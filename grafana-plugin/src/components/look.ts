/** How a status looks: icon, word and colours of the theme. Never colour alone. */
import type { GrafanaTheme2, IconName } from '@grafana/data';
import type { Component } from '../board/component';
import { statusWord, type Status } from '../board/status';

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

/** Icon, word and colours of a status. */
export function lookOf(status: Status, { colors, visualization }: GrafanaTheme2): Look {
  const icon = ICONS[status];
  const word = statusWord(status);
  const rich = (hue: string, { text, transparent, borderTransparent }: typeof colors.success): Look => ({
    icon,
    word,
    fill: visualization.getColorByName(hue),
    text,
    tint: transparent,
    border: borderTransparent,
  });
  switch (status) {
    case 'healthy':
      return rich('green', colors.success);
    case 'degraded':
    case 'warning':
      return rich('yellow', colors.warning);
    case 'unhealthy':
      return rich('red', colors.error);
    case 'unknown':
      return {
        icon,
        word,
        fill: colors.text.disabled,
        text: colors.text.secondary,
        tint: colors.action.selected,
        border: colors.border.weak,
      };
  }
}

/** What takes the place of the status word where there is a reason for not knowing it. */
export interface Standing {
  icon: IconName;
  word: string;
}

/** Icon and word for a component: its status, or why there is none. */
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

/** The icon for what a component is. */
export function typeIcon(type: string): IconName {
  return TYPE_ICONS[type] ?? 'cube';
}
