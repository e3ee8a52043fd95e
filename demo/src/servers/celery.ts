import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { debianPackageOf, findProgram, MissingProgramError } from './programs';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface CeleryWorkerOptions extends Omit<ServerOptions, 'port'> {
  /** `amqp://…` or `redis://…`. */
  brokerUrl: string;
  /** The worker's name is `<name>@localhost`, or `name` itself if it contains an `@`. */
  name: string;
  /** Path of a Python module with a Celery app; default: the demo's. */
  app?: string;
  /** Instead of `app`: the settings of an app with the one task `foreign.busy`, in Python: `accept_content=['pickle']`. */
  conf?: string;
  /** Default: `prefork`. A busy `solo` worker does not answer pings. */
  pool?: 'prefork' | 'solo' | 'threads';
  /** Default: 1. */
  concurrency?: number;
  /** Whether it also runs beat; at most one worker of an app may. Not with `solo`. */
  beat?: boolean;
}

const DEMO_APP = join(__dirname, '..', '..', 'celery', 'app.py');

/** Starts a Celery worker; resolves when it accepts tasks. It has no port (0). @throws MissingProgramError */
export async function startCeleryWorker(options: CeleryWorkerOptions): Promise<RunningServer> {
  const { brokerUrl, name, conf, pool = 'prefork', concurrency = 1, beat = false } = options;
  const python = pythonWith('celery', ...(brokerUrl.startsWith('redis') ? ['redis'] : []));
  const { directory } = await placeFor('celery', { ...options, port: undefined });
  const app = conf === undefined ? (options.app ?? DEMO_APP) : join(directory, 'foreign.py');
  if (conf !== undefined) writeFileSync(app, appWith(conf));
  const node = name.includes('@') ? name : `${name}@localhost`;

  // "python3 -m", not the `celery` script, which uses the first python3 of the PATH, possibly without Celery.
  const args = ['-m', 'celery', '-A', basename(app, '.py'), 'worker', '--hostname', node, '--loglevel', 'INFO'];
  args.push('--pool', pool, '--concurrency', `${concurrency}`, '--without-mingle', '--without-gossip');
  if (beat) args.push('--beat', '--schedule', join(directory, 'beat-schedule'));
  return startServer(
    {
      name,
      commands: [
        {
          program: python,
          args,
          cwd: dirname(app),
          env: { CELERY_BROKER_URL: brokerUrl, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', TMPDIR: directory },
        },
      ],
      url: brokerUrl,
      ready: (output) => output.includes(`${node} ready.`),
      readyTimeoutMs: 60_000,
    },
    { directory, port: 0 },
    options.onLine
  );
}

const appWith = (conf: string) => `
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

/** A Python that can import all of `modules`, preferring Debian's. @throws MissingProgramError */
function pythonWith(...modules: string[]): string {
  const missing = (python: string) => {
    const code = 'import importlib.util as u, sys; print(next((m for m in sys.argv[1:] if not u.find_spec(m)), ""))';
    try {
      return execFileSync(python, ['-c', code, ...modules], { encoding: 'utf8', timeout: 10_000 }).trim();
    } catch {
      return 'python3';
    }
  };
  const pythons = [...new Set(['/usr/bin/python3', findProgram('python3')])].filter((path) => path !== undefined);
  const found = pythons.find((python) => missing(python) === '');
  if (found !== undefined) return found;
  const lacks = missing('/usr/bin/python3');
  const name = lacks === 'redis' ? 'python3-redis' : lacks;
  throw new MissingProgramError(name, debianPackageOf(name));
}
