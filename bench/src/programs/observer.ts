/**
 * All clients of an exporter in production, in one process: a Prometheus that scrapes once a second, a browser on the
 * WebSocket stream, and a Grafana that accepts its Live pushes (responds with 200 after reading the body). Each is
 * optional.
 */
import { SELF_METRIC, STREAM_PATH } from '@onehertz/contract';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Client } from 'undici';
import WebSocket from 'ws';
import { bucketsSince, readBuckets, type Buckets } from '../buckets';
import { answerWith, ready, settings } from './program';

/** Since the last reading. */
export interface ObserverCounters {
  scrapes: number;
  /** Milliseconds. */
  scrapeMs: number[];
  messages: number;
  pushes: number;
  /** Start delay of probe groups, in seconds. */
  startLag: Buckets;
  ticksMissed: number;
}

export interface ObserverSettings {
  /** Port of the exporter, which may not be listening yet. */
  exporter: number;
  /** Outputs that are read; pushes to Grafana are enabled by the exporter's configuration. */
  reads: readonly ('metrics' | 'stream')[];
}

const { port, exporter, reads } = settings<ObserverSettings & { port: number }>();
const nothing = (): ObserverCounters => ({
  ...{ scrapes: 0, scrapeMs: [], messages: 0 },
  ...{ pushes: 0, startLag: [], ticksMissed: 0 },
});
let counters = nothing();
let missedBefore = 0;
/** State at the last reading. */
let startLagBefore: Buckets = [];
let startLagNow: Buckets = [];

// --- Grafana
createServer((request, response) => {
  request.resume().on('end', () => {
    counters.pushes++;
    response.end();
  });
}).listen(port, '127.0.0.1', ready);

// --- Prometheus
const client = new Client(`http://127.0.0.1:${exporter}`, { headersTimeout: 0, bodyTimeout: 0 });
async function scrape(): Promise<void> {
  const begin = performance.now();
  const { body, headers } = await client.request({
    method: 'GET',
    path: '/metrics',
    headers: { accept: 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'accept-encoding': 'gzip' },
  });
  const bytes = await buffer(body);
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('latin1');
  counters.scrapes++;
  counters.scrapeMs.push(performance.now() - begin);
  startLagNow = readBuckets(text, SELF_METRIC.startLag);
  const missed = sample(text, SELF_METRIC.missed);
  counters.ticksMissed += missed - missedBefore;
  missedBefore = missed;
}

function sample(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function scrapeEverySecond(): Promise<void> {
  for (;;) {
    await scrape().catch(() => undefined);
    // in the middle of the second, whenever the last one ended
    await delay(1000 - ((Date.now() + 500) % 1000));
  }
}
if (reads.includes('metrics')) void scrapeEverySecond();

// --- browser
function watch(): void {
  const socket = new WebSocket(`ws://127.0.0.1:${exporter}${STREAM_PATH}`);
  socket.on('message', () => counters.messages++);
  socket.on('error', () => undefined).on('close', () => setTimeout(watch, 200));
}
if (reads.includes('stream')) watch();

answerWith(() => {
  const answer = { ...counters, startLag: bucketsSince(startLagBefore, startLagNow) };
  counters = nothing();
  startLagBefore = startLagNow;
  return answer;
});
