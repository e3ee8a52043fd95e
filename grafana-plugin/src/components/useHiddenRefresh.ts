/** Runs the queries again now and then while nobody sees the page. */
import { useEffect, useRef } from 'react';

const EVERY_MS = 5 * 60_000;

/**
 * Grafana keeps every push for a page that is hidden and gives it none of them: 30 MB an hour for fifteen components. A new subscription
 * drops what was kept.
 * @param isStream whether the panel's queries are subscriptions
 */
export function useHiddenRefresh(isStream: boolean, refresh: () => void): void {
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  }, [refresh]);
  useEffect(() => {
    if (!isStream) {
      return;
    }
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      timer = document.hidden ? setInterval(() => latest.current(), EVERY_MS) : undefined;
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [isStream]);
}
