/** The floor of probing PostgreSQL: one kept connection for each target, SELECT 1 once a second, and nothing else. */
import { Client } from 'pg';
import { answerWith, ready, settings } from './program';

const { urls } = settings<{ urls: string[] }>();
const counters = { done: 0, failed: 0 };
const clients = urls.map((url) => new Client(url));

async function select(client: Client): Promise<void> {
  try {
    await client.query('SELECT 1');
    counters.done++;
  } catch {
    counters.failed++;
  }
}

async function main(): Promise<void> {
  for (const client of clients) await client.connect();
  setInterval(() => clients.forEach((client) => void select(client)), 1000);
  answerWith(() => counters);
  ready();
}

void main();
