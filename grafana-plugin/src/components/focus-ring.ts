import type { GrafanaTheme2 } from '@grafana/data';

/** The ring that Grafana draws around what has the focus, inside of it so that no container cuts it off. */
export function focusRing({ colors }: GrafanaTheme2) {
  return { outline: `2px solid ${colors.primary.main}`, outlineOffset: -2 };
}
