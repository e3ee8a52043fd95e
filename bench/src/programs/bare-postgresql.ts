/**
 * The floor of probing PostgreSQL: one kept connection for each target, SELECT 1 once a second, and nothing else; with
 * `newConnectionMs`, also a new connection for each that often, on which the same details are read as by the probe.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readPostgresqlDetails as readDetails } from '@onehertz/exporter';
import { Client } from 'pg';
import { answerWith, ready, settings } from './program';

const { urls, newConnectionMs } = settings<{ urls: string[]; newConnectionMs?: number }>();
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

async function connectAgainAndAgain(url: string, firstMs: number, everyMs: number): Promise<void> {
  await delay(firstMs);
  setInterval(() => void readOnce(url), everyMs);
}

async function readOnce(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await readDetails(client);
  await client.end();
}

async function main(): Promise<void> {
  for (const client of clients) await client.connect();
  setInterval(() => clients.forEach((client) => void select(client)), 1000);
  if (newConnectionMs !== undefined)
    urls.forEach((url, i) => void connectAgainAndAgain(url, (i * newConnectionMs) / urls.length, newConnectionMs));
  answerWith(() => counters);
  ready();
}

void main();
