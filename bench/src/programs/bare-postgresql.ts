/**
 * Baseline of probing PostgreSQL: one kept connection for each target, SELECT 1 once a second. With `newConnectionMs`,
 * at this interval also the probe's statistics query, and a new connection up to the password request.
 */
import { POSTGRESQL_FIGURES, postgresqlStatement } from '@onehertz/exporter';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
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

async function connectAgainAndAgain(client: Client, firstMs: number, everyMs: number): Promise<void> {
  await delay(firstMs);
  setInterval(() => {
    void client.query(postgresqlStatement(POSTGRESQL_FIGURES, 200));
    openUntilPassword(client);
  }, everyMs);
}

/** Protocol version 3.0 and the required parameters. */
function openUntilPassword({ host, port, user = '', database = '' }: Client): void {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  const socket = connect(port, host, () => socket.write(Buffer.concat([length, body])));
  socket.once('data', () => socket.end()).on('error', () => counters.failed++);
}

async function main(): Promise<void> {
  for (const client of clients) await client.connect();
  setInterval(() => clients.forEach((client) => void select(client)), 1000);
  if (newConnectionMs !== undefined)
    clients.forEach(
      (client, i) => void connectAgainAndAgain(client, (i * newConnectionMs) / urls.length, newConnectionMs)
    );
  answerWith(() => counters);
  ready();
}

void main();
