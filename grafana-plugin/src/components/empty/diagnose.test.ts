import { LiveChannelConnectionState as State } from '@grafana/data';
import type { LiveState } from '../../host/live';
import { diagnose, type Circumstances } from './diagnose';

const components = 'stream/onehertz/components';
const board = 'stream/onehertz/board';

function seen(more: Partial<Circumstances> = {}, live: Partial<LiveState> = {}): Circumstances {
  return {
    queries: 3,
    channels: [components, board],
    live: {
      isConnected: true,
      wasConnected: true,
      channels: new Map([[components, { state: State.Connected }]]),
      ...live,
    },
    silentMs: 8000,
    isLiveEnabled: true,
    isPublic: false,
    origin: 'https://grafana.example',
    ...more,
  };
}

const channel = (state: State, error?: string) => ({ channels: new Map([[components, { state, error }]]) });

it.each<[string, Circumstances, RegExp, RegExp | undefined, boolean]>([
  ['no query', seen({ queries: 0, channels: [] }), /has no query/, undefined, false],
  [
    'a channel that is none',
    seen({ channels: ['onehertz'], silentMs: 0 }),
    /"onehertz"/,
    /channel: stream\/onehertz\/components/,
    false,
  ],
  ['another measurement', seen({ channels: ['stream/onehertz/cpu'] }), /"stream\/onehertz\/cpu"/, /channel:/, false],
  ['a public dashboard', seen({ isPublic: true }), /made public/, undefined, false],
  ['Live switched off', seen({ isLiveEnabled: false }), /switched off/, /max_connections = 100/, false],
  [
    'no WebSocket',
    seen({}, { isConnected: false, wasConnected: false }),
    /no connection to Grafana Live/,
    /Upgrade/,
    true,
  ],
  ['a socket that is final', seen({}, { isConnected: false }), /is lost/, /Upgrade/, true],
  ['no right', seen({}, channel(State.Disconnected, 'permission denied')), /may not watch/, /org_role = Viewer/, true],
  ['a subscription that is final', seen({}, channel(State.Disconnected)), /does not give this page/, undefined, true],
  ['an error', seen({}, channel(State.Connecting, 'expired (110)')), /does not give this page/, undefined, true],
  ['nothing pushed', seen(), /Nothing was pushed to onehertz for 8 s/, /url: https:\/\/grafana.example/, true],
  [
    'another stream',
    seen({ channels: ['stream/eu-0/components'] }),
    /Nothing was pushed to eu-0/,
    /stream_id: eu-0/,
    true,
  ],
])('%s', (_case, circumstances, title, settings, canReload) => {
  const diagnosis = diagnose(circumstances);
  expect([diagnosis?.title, ...(diagnosis?.causes ?? [])].join(' ')).toMatch(title);
  expect(diagnosis?.canReload).toBe(canReload);
  if (settings) {
    expect(diagnosis?.settings?.lines).toMatch(settings);
  } else {
    expect(diagnosis?.settings).toBeUndefined();
  }
});

it('says nothing of Prometheus alone, nor before some seconds have passed', () => {
  expect(diagnose(seen({ channels: [] }))).toBeUndefined();
  expect(diagnose(seen({ silentMs: 0 }))).toBeUndefined();
  expect(diagnose(seen({ silentMs: 0 }, { isConnected: false }))).toBeUndefined();
});

it('takes events and counts beside a board for what they are', () => {
  expect(
    diagnose(seen({ channels: [components, 'stream/onehertz/events', 'stream/onehertz/summary'], silentMs: 0 }))
  ).toBeUndefined();
});
