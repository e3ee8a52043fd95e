/** Workers of applications that set what few set. */
import { startCeleryWorker, type RunningServer } from '@onehertz/demo';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ForeignWorker {
  server: RunningServer;
  /** How many lines of its log begin so: `CRITICAL`. */
  lines(level: string): number;
  stop(): Promise<void>;
}

export interface Options {
  /** Python, below `app.conf`: `accept_content=['pickle']`. */
  conf: string;
  name?: string;
  pool?: 'prefork' | 'solo' | 'threads';
  concurrency?: number;
}

/** @param brokerUrl where its tasks come from */
export async function startForeignWorker(brokerUrl: string, options: Options): Promise<ForeignWorker> {
  const { conf, name = 'foreign', ...more } = options;
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-foreign-'));
  const app = join(folder, 'foreign.py');
  writeFileSync(app, source(conf));
  const log: string[] = [];
  const server = await startCeleryWorker({ brokerUrl, name, app, onLine: (line) => void log.push(line), ...more });
  return {
    server,
    lines: (level) => log.filter((line) => line.includes(`: ${level}/`)).length,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const source = (conf: string) => `
import os
import time
from celery import Celery

# the tests may run as root, and workers that take pickle do not like that
os.environ["C_FORCE_ROOT"] = "1"
app = Celery("foreign", broker=os.environ["CELERY_BROKER_URL"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True, ${conf})


@app.task(name="foreign.busy")
def busy(seconds=1.0):
    time.sleep(seconds)
`;
