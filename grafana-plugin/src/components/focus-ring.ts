import type { GrafanaTheme2 } from '@grafana/data';

/** Grafana's focus ring, drawn inside the element so that no container cuts it off. */
export function focusRing({ colors }: GrafanaTheme2) {
  return { outline: `2px solid ${colors.primary.main}`, outlineOffset: -2 };
}
