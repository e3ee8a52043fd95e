/** Baseline of probing Redis: one kept connection for each target, PING once a second, optionally followed by INFO. */
import Redis from 'ioredis';
import { answerWith, ready, settings } from './program';

const { urls, info } = settings<{ urls: string[]; info: boolean }>();
const counters = { done: 0, failed: 0 };
const clients = urls.map((url) => new Redis(url));

async function ping(client: Redis): Promise<void> {
  try {
    await Promise.all([client.ping(), info && client.info()]);
    counters.done++;
  } catch {
    counters.failed++;
  }
}

setInterval(() => clients.forEach((client) => void ping(client)), 1000);
answerWith(() => counters);
ready();
