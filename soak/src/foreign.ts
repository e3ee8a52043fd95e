/** The set-ups of others in a soak: their servers, and their components. */
import {
  FOREIGN_SETUPS,
  startForeign,
  type createStarter,
  type ForeignServers,
  type RunningServer,
} from '@onehertz/demo';
import { randomBytes } from 'node:crypto';
import type { Component, Watched } from './components';

/** Nothing that is watched: faults in it would have no effect. */
export const UNWATCHED = ['listeners', 'foreign-replica'];

/** @throws Error when one of them cannot be started */
export async function startForeignParts(
  { start }: ReturnType<typeof createStarter>,
  rabbitmq: RunningServer | undefined
): Promise<Watched[]> {
  if (!rabbitmq) throw new Error('the set-ups of others need RabbitMQ, which did not start');
  const password = randomBytes(12).toString('hex');
  const servers = await startForeign({
    password,
    rabbitmq: Promise.resolve(rabbitmq),
    async keep(name, title, starting) {
      const server = await start(name, title, starting);
      if (!server) throw new Error(`${name} did not start; see above`);
      return server;
    },
  });
  return watchedForeign(servers, password);
}

/** What Celery needs beside its worker is its broker; all others are nothing without their own server. */
function watchedForeign(servers: ForeignServers, password: string): Watched[] {
  return FOREIGN_SETUPS.map(({ name, probe, at, behind, well, fields }) => {
    const component = { name, probe, ...fields(servers[at].port, password) } as Component;
    const behindIt = behind ? [behind.server] : [];
    return {
      component,
      own: probe === 'celery' ? behindIt : [at, ...behindIt],
      needed: [at, ...behindIt],
      well,
      isPooled: at === 'pgbouncer',
    };
  });
}
