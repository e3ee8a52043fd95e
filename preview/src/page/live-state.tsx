/** Says whether the page is connected to Grafana Live, here the preview's, and since when it is not. What an exporter pushes is told by panels. */
import { Badge } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { LiveConnection } from '../live/connection';

export function LiveState({ live }: { live: LiveConnection }) {
  const [{ connected, since }, setState] = useState(live.state.value);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const subscription = live.state.subscribe(setState);
    return () => subscription.unsubscribe();
  }, [live]);
  useEffect(() => {
    if (connected) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [connected]);
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  return (
    <div role="status" data-testid="live-state" data-connected={connected}>
      {connected ? (
        <Badge color="green" icon="bolt" text="Live" tooltip="The page is connected to Live." />
      ) : (
        <Badge color="orange" icon="sync" text={`Live lost ${seconds} s ago, reconnecting`} />
      )}
    </div>
  );
}
