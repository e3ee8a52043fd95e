/** Scrapes `/metrics` once a second, like Prometheus, and records the duration. */
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Client } from 'undici';
import { answerWith, ready, settings } from './program';

export interface ScraperSettings {
  origin: string;
  gzip: boolean;
}

/** Since the last reading. */
export interface ScraperCounters {
  scrapeMs: number[];
  /** Of the last response. */
  wireBytes: number;
  textBytes: number;
  series: number;
}

const { origin, gzip } = settings<ScraperSettings>();
const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
const nothing = (): ScraperCounters => ({ scrapeMs: [], wireBytes: 0, textBytes: 0, series: 0 });
let counters = nothing();

async function scrape(): Promise<void> {
  const begin = performance.now();
  const { body, headers } = await client.request({
    method: 'GET',
    path: '/metrics',
    headers: gzip ? { 'accept-encoding': 'gzip' } : {},
  });
  const bytes = await buffer(body);
  counters.scrapeMs.push(performance.now() - begin);
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  counters.wireBytes = bytes.length;
  counters.textBytes = text.length;
  counters.series = text.toString('latin1').match(/^[^#\n]/gm)?.length ?? 0;
}

async function scrapeEverySecond(): Promise<void> {
  for (;;) {
    await delay(1000 - (Date.now() % 1000));
    await scrape().catch(() => undefined);
  }
}
void scrapeEverySecond();
answerWith(() => {
  const answer = counters;
  counters = nothing();
  return { ...answer };
});
ready();
