/**
 * Baseline of probing over HTTP: one kept undici client for each origin, the same request as the probe, the body is
 * read. Each origin once a second, all at the same time; with `inFlight`, as fast as possible with this number of
 * concurrent requests.
 */
import { Client } from 'undici';
import { loopback } from '../harness/loopback';
import { answerWith, ready, settings } from './program';

const { origins, farm, inFlight } = settings<{ origins: number; farm: number; inFlight?: number }>();
const counters = { done: 0, failed: 0 };
const clients = Array.from({ length: origins }, (_, i) => new Client(`http://${loopback(i)}:${farm}`));

async function request(client: Client): Promise<void> {
  try {
    const { body } = await client.request({ method: 'GET', path: '/health' });
    await body.text();
    counters.done++;
  } catch {
    counters.failed++;
  }
}

async function loop(first: number): Promise<void> {
  for (let i = first; ; i = (i + 1) % origins) await request(clients[i]!);
}

if (inFlight === undefined) setInterval(() => clients.forEach((client) => void request(client)), 1000);
else for (let i = 0; i < inFlight; i++) void loop(Math.floor((i * origins) / inFlight));
answerWith(() => counters);
ready();
