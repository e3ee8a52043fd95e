/** Says whether the exporter's stream is there, and since when it is not. */
import { Badge } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { LiveFeed } from '../live/live-feed';

export function LiveState({ stream }: { stream: LiveFeed }) {
  const [{ connected, since }, setState] = useState(stream.state.value);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const subscription = stream.state.subscribe(setState);
    return () => subscription.unsubscribe();
  }, [stream]);
  useEffect(() => {
    if (connected) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [connected]);
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  return (
    <div role="status" data-testid="live-state" data-connected={connected}>
      {connected ? (
        <Badge color="green" icon="bolt" text="Live" tooltip="The exporter’s stream is connected." />
      ) : (
        <Badge color="orange" icon="sync" text={`Live lost ${seconds} s ago, reconnecting`} />
      )}
    </div>
  );
}
