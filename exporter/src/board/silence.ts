/** A silence of Alertmanager as it concerns a component: its alerts fire, and nobody is notified. It does not change the status. */
import type { SafeText } from '../text/safe-text';

/** Times in milliseconds since the epoch. */
export interface Silence {
  /** Of Alertmanager. */
  id: string;
  until: number;
  /** Who made it, and why; empty if not said. */
  by: SafeText;
  reason: SafeText;
  /** The alerts of the component that it mutes: `ComponentSlow`; empty if it mutes all of them. */
  only: SafeText;
  /** Its page for people; empty if Alertmanager has no address for them. */
  page: string;
}

/** The one to be shown of several: one that mutes all alerts before one that mutes some, then the one that ends last. */
export function foremost(a: Silence | undefined, b: Silence): Silence {
  if (!a) return b;
  const isWhole = [a, b].map(({ only }) => only === '');
  if (isWhole[0] !== isWhole[1]) return isWhole[0] ? a : b;
  return b.until > a.until ? b : a;
}

/** Whether they are the same to those who see them. */
export function isSameSilence(a: Silence | undefined, b: Silence | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
