/** The backend: writes observations to PostgreSQL, keeps a summary in Redis, and has Celery survey the band. */
import { sendTask } from './celery-task';
import type { Dependency } from './connections/dependency';
import type { Database } from './connections/postgresql';
import type { Cache } from './connections/redis';
import { exampleFrom } from './model/signals';
import { repeat } from './repeat';
import { present, type Service } from './service';
import type { Settings } from './settings';

const SUMMARY_KEY = 'backend:summary';
const SUMMARY_SECONDS = 2;

interface Summary {
  observations: number;
  mean_power: number | null;
}

/**
 * PostgreSQL is required. Without the cache it queries the database more often; without the broker there are no
 * surveys.
 */
export function createBackend(settings: Settings): Service {
  const database = settings.database(true);
  const cache = settings.cache(false);
  const broker = settings.broker(false);

  const work = [];
  if (database) {
    let prepared = false;
    work.push(
      repeat('write an observation', 500, async () => {
        if (!prepared) await prepare(database);
        prepared = true;
        const [, , power] = exampleFrom(Date.now()).features;
        await database.query('INSERT INTO observations (power) VALUES ($1)', [power]);
        await summary(database, cache);
      }),
      repeat('delete old observations', 30_000, async () => {
        if (prepared) await database.query(`DELETE FROM observations WHERE at < now() - interval '10 minutes'`);
      })
    );
  }
  if (broker && settings.celery)
    work.push(
      repeat(
        'send a survey task',
        2500,
        async () => void (await Promise.resolve(sendTask(broker, 'demo.survey', [64])))
      )
    );

  return {
    dependencies: present<Dependency>(database, cache, broker),
    work,
    routes(app) {
      app.get('/summary', async (_request, response) => {
        if (database) response.json(await summary(database, cache));
        else response.status(503).json({ error: 'this installation has no database' });
      });
    },
  };
}

async function prepare(database: Database): Promise<void> {
  await database.query(
    'CREATE TABLE IF NOT EXISTS observations (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), power float8 NOT NULL)'
  );
}

/** Summary of the last minute, from the cache if available. */
async function summary(database: Database, cache: Cache | undefined): Promise<Summary> {
  const kept = await cache?.get(SUMMARY_KEY).catch(() => null);
  if (kept) return JSON.parse(kept) as Summary;
  const [row] = await database.query<Summary>(
    `SELECT count(*)::int AS observations, avg(power) AS mean_power FROM observations WHERE at > now() - interval '1 minute'`
  );
  const fresh = row ?? { observations: 0, mean_power: null };
  await cache?.set(SUMMARY_KEY, JSON.stringify(fresh), SUMMARY_SECONDS).catch(() => undefined);
  return fresh;
}
