/** The state of Grafana Live for the panel's queries, and for how long nothing was pushed. */
import { useEffect, useMemo, useState } from 'react';
import { watchLive, type LiveState } from '../host/live';

export interface UsedLive {
  state: LiveState;
  /** For how long nothing was pushed, in milliseconds; 0 while something is, or while it is too early to say. */
  silentMs: number;
}

/** Pushes come once a second. */
const SILENT_AFTER_MS = 3000;
const LOOK_EVERY_MS = 1000;
/** Longer than this between two looks: the page was asleep or busy, and pushes may wait for it. */
export const GAP_MS = 2500;

/** @param channels those of the panel's queries */
export function useLive(channels: readonly string[]): UsedLive {
  const key = channels.join('\n');
  const state = useMemo<LiveState & { key: string }>(() => ({ key, wasConnected: false, channels: new Map() }), [key]);
  const [, setChanges] = useState(0);
  const [silentSeconds, setSilentSeconds] = useState(0);

  useEffect(() => {
    if (key === '') {
      return;
    }
    let since = Date.now();
    let looked = since;
    const stop = watchLive(key.split('\n'), state, () => setChanges((count) => count + 1));
    const timer = setInterval(() => {
      const now = Date.now();
      if (now - looked > GAP_MS) {
        since = now;
      }
      looked = now;
      const silent = now - Math.max(state.pushedAt ?? 0, since);
      setSilentSeconds(silent < SILENT_AFTER_MS ? 0 : Math.floor(silent / 1000));
    }, LOOK_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
      setSilentSeconds(0);
    };
  }, [key, state]);

  return { state, silentMs: key === '' ? 0 : silentSeconds * 1000 };
}
