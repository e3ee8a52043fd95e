/**
 * Finds out whether somebody else pushes to the same stream, by how many frames Grafana counts in a minute: panels would show two boards as one.
 * Source: Grafana's pkg/services/live/managedstream/runner.go.
 */
import { channelOf } from '@onehertz/contract';
import type { Logger } from 'pino';
import { z } from 'zod';
import { parseJson } from '../../../probes/kit/json-reader';
import type { GrafanaHttp } from './grafana-http';

export interface OtherExporters {
  /** A tick is about to be pushed. */
  pushing(): void;
  /** Asks Grafana if it is time for that. Never throws. */
  check(token: string, signal: AbortSignal): Promise<void>;
}

const LIST = '/api/live/list';
const MINUTE_MS = 60_000;
/** What an exporter pushed that was running here before is no longer counted. */
const FIRST_CHECK_MS = 65_000;
const CHECK_EVERY_MS = 300_000;
/** Frames that were counted in another second than they were sent in, or twice after a time-out. */
const ALLOWED_MORE = 10;

const list = z.object({ channels: z.array(z.object({ channel: z.string(), minute_rate: z.number() })) });

/** @param now in milliseconds, only differences matter */
export function createOtherExporters(
  http: GrafanaHttp,
  streamId: string,
  log: Logger,
  now = () => performance.now()
): OtherExporters {
  // the one measurement that each tick has exactly once
  const channel = channelOf(streamId, 'summary');
  const own: number[] = [];
  let nextCheck: number | undefined;
  let isShared = false;

  function forget(): void {
    const since = now() - MINUTE_MS;
    while (own[0] !== undefined && own[0] <= since) own.shift();
  }

  async function counted(token: string, signal: AbortSignal): Promise<number | undefined> {
    const request = { method: 'GET' as const, path: LIST, authorization: `Bearer ${token}` };
    const answer = await http.request(request, signal).catch(() => undefined);
    const { channels } = list.safeParse(answer?.status === 200 ? parseJson(answer.text) : undefined).data ?? {};
    return channels?.find((found) => found.channel === channel)?.minute_rate;
  }

  return {
    pushing() {
      nextCheck ??= now() + FIRST_CHECK_MS;
      forget();
      own.push(now());
    },
    async check(token, signal) {
      if (nextCheck === undefined || now() < nextCheck) return;
      nextCheck = now() + CHECK_EVERY_MS;
      const all = await counted(token, signal);
      forget();
      if (all === undefined) return;
      const wasShared = isShared;
      isShared = all > own.length + ALLOWED_MORE;
      if (isShared && !wasShared)
        log.warn(
          { stream_id: streamId, pushes_per_minute: all, of_this_exporter: own.length },
          'another exporter pushes to the same stream, and panels show the two as one board; give each a grafana_live.stream_id of its own'
        );
      if (!isShared && wasShared) log.info({ stream_id: streamId }, 'no other exporter pushes to the stream any more');
    },
  };
}
