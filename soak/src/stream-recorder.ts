/** Records all messages of the WebSocket stream. */
import {
  componentsIn,
  STREAM_EVENT,
  STREAM_PATH,
  type ComponentJson,
  type Status,
  type StreamMessage,
} from '@onehertz/contract';
import WebSocket from 'ws';
import { Timeline } from './timeline';

export interface StreamTransition {
  component: string;
  to: Status;
  /** From the message: ISO 8601. */
  since: string;
  /** When the message arrived, in milliseconds since the epoch. */
  receivedAt: number;
  /** The number of the message, which may contain several transitions. */
  message: number;
}

export interface StreamRecorder {
  /** Reported status of each component, by time of arrival. */
  readonly claims: ReadonlyMap<string, Timeline<Status>>;
  /** In order of arrival, without the initial statuses. */
  readonly transitions: readonly StreamTransition[];
  /** Longest time without a snapshot, in milliseconds. */
  readonly longestSilenceMs: number;
  close(): void;
}

/** Resolves with the first snapshot. @param origin of the exporter: `http://127.0.0.1:10111` */
export async function recordStream(origin: string): Promise<StreamRecorder> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${STREAM_PATH}`);
  const claims = new Map<string, Timeline<Status>>();
  const known = new Map<string, string>();
  const transitions: StreamTransition[] = [];
  let snapshotAt: number | undefined;
  let longestSilenceMs = 0;
  let message = 0;

  function hear({ service: component, status, since }: ComponentJson, receivedAt: number): void {
    let claim = claims.get(component);
    if (!claim) claims.set(component, (claim = new Timeline()));
    claim.set(receivedAt, status);
    const heard = `${status} since ${since}`;
    if (known.has(component) && known.get(component) !== heard)
      transitions.push({ component, to: status, since, receivedAt, message });
    known.set(component, heard);
  }

  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (bytes: Buffer) => {
      const receivedAt = Date.now();
      message++;
      const said = JSON.parse(bytes.toString()) as StreamMessage;
      if (said.event === STREAM_EVENT.snapshot) {
        if (snapshotAt !== undefined) longestSilenceMs = Math.max(longestSilenceMs, receivedAt - snapshotAt);
        snapshotAt = receivedAt;
        resolve();
      }
      // one message may contain several changes, each with its time
      const told = componentsIn(said).sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
      for (const component of told) hear(component, receivedAt);
    });
  });
  return {
    claims,
    transitions,
    get longestSilenceMs() {
      return longestSilenceMs;
    },
    close: () => socket.terminate(),
  };
}
