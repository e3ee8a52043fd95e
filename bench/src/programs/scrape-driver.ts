/**
 * Scrapes a peer once a second for each target, like Prometheus: spread over the second, over kept connections, reading
 * the whole response. A target whose last scrape is still running is skipped.
 */
import { Pool } from 'undici';
import { answerWith, ready, settings } from './program';

export interface ScrapeDriverSettings {
  origin: string;
  /** With query string; one for each target. */
  paths: string[];
  /** What a successful response contains: `probe_success 1`. */
  good: string;
}

const { origin, paths, good } = settings<ScrapeDriverSettings>();
/** Slices of a second. */
const SLICES = 100;
const counters = { good: 0, bad: 0, skipped: 0 };
const pool = new Pool(origin, { connections: 128, headersTimeout: 0, bodyTimeout: 0 });
const underWay = new Set<string>();

async function scrape(path: string): Promise<void> {
  if (underWay.has(path)) return void counters.skipped++;
  underWay.add(path);
  try {
    const { body } = await pool.request({ method: 'GET', path });
    if ((await body.text()).includes(good)) counters.good++;
    else counters.bad++;
  } catch {
    counters.bad++;
  } finally {
    underWay.delete(path);
  }
}

const slices = Array.from({ length: SLICES }, (_, slice) => paths.filter((_path, i) => i % SLICES === slice));
let slice = 0;
const begin = performance.now();
/** Computed from the clock, because timers drift. */
function turn(): void {
  while (begin + (slice * 1000) / SLICES <= performance.now())
    for (const path of slices[slice++ % SLICES]!) void scrape(path);
  setTimeout(turn, begin + (slice * 1000) / SLICES - performance.now());
}
turn();
answerWith(() => counters);
ready();
