/** What Grafana's page knows of its Live connection and of the channels of a panel, past the frames that it makes of them. */
import {
  isLiveChannelMessageEvent,
  isLiveChannelStatusEvent,
  isValidLiveChannelAddress,
  LiveChannelConnectionState,
  parseLiveChannelAddress,
  type DataQueryRequest,
  type LiveChannelAddress,
} from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';

export interface ChannelState {
  state: LiveChannelConnectionState;
  /** What the server said to a subscription. */
  error?: string;
}

/** Changes in place. */
export interface LiveState {
  /** Whether the page has a connection; `undefined` while Grafana has not said so. */
  isConnected?: boolean;
  /** Whether it ever had one. */
  wasConnected: boolean;
  readonly channels: Map<string, ChannelState>;
  /** When something was last pushed to one of them, in milliseconds since the epoch. */
  pushedAt?: number;
}

interface LiveTarget {
  queryType?: string;
  channel?: string;
  hide?: boolean;
}

/** The channels that the panel's queries name, whether there can be such a channel or not. */
export function channelsOf(
  request: DataQueryRequest | undefined,
  replaceVariables: (text: string) => string
): string[] {
  return ((request?.targets ?? []) as LiveTarget[])
    .filter(({ queryType, hide }) => queryType === 'measurements' && !hide)
    .map(({ channel }) => replaceVariables(String(channel ?? '')));
}

/** The channel's address; `undefined` if there can be no such channel. */
export function addressOf(channel: string): LiveChannelAddress | undefined {
  const address = parseLiveChannelAddress(channel);
  return address && isValidLiveChannelAddress(address) ? address : undefined;
}

/**
 * Listens to the channels, which the panel's queries have subscribed already: that costs the server nothing. What cannot be known is left out.
 * @param onChange called when `state` changed, except for each push
 * @returns a function that ends it
 */
export function watchLive(channels: readonly string[], state: LiveState, onChange: () => void): () => void {
  const subscriptions: Array<{ unsubscribe(): void }> = [];
  try {
    const live = getGrafanaLiveSrv();
    subscriptions.push(
      live.getConnectionState().subscribe((isConnected) => {
        state.isConnected = isConnected;
        state.wasConnected ||= isConnected;
        onChange();
      })
    );
    for (const channel of channels) {
      const address = addressOf(channel);
      if (address) {
        subscriptions.push(live.getStream(address).subscribe(listener(channel, state, onChange)));
      }
    }
  } catch {
    // a Grafana without Live, or one that does not give it to plugins in its sandbox
  }
  return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
}

function listener(channel: string, state: LiveState, onChange: () => void) {
  return {
    next(event: unknown) {
      if (isLiveChannelMessageEvent(event as never)) {
        state.pushedAt = Date.now();
      } else if (isLiveChannelStatusEvent(event as never)) {
        const { state: next, error } = event as { state: LiveChannelConnectionState; error?: unknown };
        state.channels.set(channel, { state: next, error: textOf(error) });
        onChange();
      }
    },
    error(error: unknown) {
      state.channels.set(channel, { state: LiveChannelConnectionState.Invalid, error: textOf(error) });
      onChange();
    },
  };
}

function textOf(error: unknown): string | undefined {
  if (error === undefined || error === null || error === '') {
    return undefined;
  }
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
