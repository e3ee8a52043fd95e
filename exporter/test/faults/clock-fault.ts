/**
 * The wall clock is set, manually or by NTP; and the machine is suspended, which looks almost the same to a process.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TransitionView } from './exporter-process';
import { canIsolate, UNSHARE } from './isolation';
import { allWell } from './looks';
import type { Stage } from './stage';
import { during, grown, watchAll } from './watched';

export interface JumpOutcome {
  ticks: number;
  missed: number;
  transitions: TransitionView[];
}

export interface ClockOutcome {
  forwards: JumpOutcome;
  backwards: JumpOutcome;
  /** Only where the uptime can be changed for a single process. */
  suspended: JumpOutcome | undefined;
}

const HOUR_S = 3600;
const AFTER_MS = 4000;

export async function setClock(stage: Stage): Promise<ClockOutcome> {
  const file = join(stage.directory, 'clock.txt');
  const uptime = join(stage.directory, 'uptime.txt');
  const set = (offset: number) => writeFileSync(file, `${offset < 0 ? '' : '+'}${offset}\n`);
  const uptimeAtStart = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  const setUptime = (seconds: number) => writeFileSync(uptime, `${seconds.toFixed(2)} 0.00\n`);
  set(0);
  setUptime(uptimeAtStart);
  // setting the clock affects only the wall clock
  const env = {
    LD_PRELOAD: findFaketime(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const wrapper = canIsolate ? [...UNSHARE, 'sh', '-c', MOUNT_AND_EXEC, 'sh', uptime] : [];
  // probed once a minute: its result must stay valid throughout
  const extra = [
    { name: 'minutely', probe: 'tcp' as const, address: `127.0.0.1:${stage.servers.redis.port}`, interval: '60s' },
  ];
  const { exporter, components } = await watchAll(stage, 'clock', { env, wrapper, extra });
  async function jump(move: () => void): Promise<JumpOutcome> {
    const span = await during(exporter, async () => {
      move();
      await delay(AFTER_MS);
    });
    const ticks = grown(span, 'onehertz_ticks_total');
    return { ticks, missed: grown(span, 'onehertz_ticks_missed_total'), transitions: span.transitions };
  }
  try {
    const forwards = await jump(() => set(HOUR_S));
    const backwards = await jump(() => set(-HOUR_S));
    const suspended = canIsolate
      ? await jump(() => {
          setUptime(uptimeAtStart + 3 * HOUR_S);
          set(2 * HOUR_S);
        })
      : undefined;
    await allWell(
      exporter,
      components.filter(({ name }) => name !== 'minutely')
    );
    return { forwards, backwards, suspended };
  } finally {
    exporter.kill();
  }
}

const MOUNT_AND_EXEC = 'mount --bind "$1" /proc/uptime || exit 1; shift; exec "$@"';

/** From Debian's package `faketime`; the folder is named after the architecture. */
function findFaketime(): string {
  const paths = readdirSync('/usr/lib').map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`);
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install faketime');
  return found;
}
