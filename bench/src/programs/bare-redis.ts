/** The floor of probing Redis: one kept connection for each target, PING once a second, and nothing else. */
import Redis from 'ioredis';
import { answerWith, ready, settings } from './program';

const { urls } = settings<{ urls: string[] }>();
const counters = { done: 0, failed: 0 };
const clients = urls.map((url) => new Redis(url));

async function ping(client: Redis): Promise<void> {
  try {
    await client.ping();
    counters.done++;
  } catch {
    counters.failed++;
  }
}

setInterval(() => clients.forEach((client) => void ping(client)), 1000);
answerWith(() => counters);
ready();
