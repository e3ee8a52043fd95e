/** What the tests must know of the probe redis. */
import { canary, inUrl } from '../../canaries/canary';
import { redisParrot } from '../../canaries/parrots';
import { foreignRows } from '../../faults/foreign-rows';
import { authority, KEPT, type FaultRow } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

export const redis: FaultRow = {
  title: 'redis',
  slug: 'redis',
  speaks: 'redis',
  ...KEPT,
  port: (servers) => servers.redis.port,
  plain: (port, _servers, account) => ({
    probe: 'redis',
    url: `redis://${authority(account, '')}127.0.0.1:${port}`,
  }),
  secure: (port) => ({ probe: 'redis', url: `rediss://${authority(undefined, '')}localhost:${port}` }),
  refusals: { limit: ({ fullRedis }) => fullRedis.port },
};

export const checks: ProbeChecks = {
  faults: [redis, ...foreignRows('redis')],
  parrot: redisParrot,
  canaries({ hosts, write }) {
    write('password', canary('file'));
    write('url', `redis://watcher:${inUrl('password')}@${hosts[1]}/0`);
    const found = hosts.flatMap((host) => [
      { url: `redis://watcher:${inUrl('password')}@${host}/0` },
      { url: `redis://:${inUrl('only')}@${host}` },
      { url: `redis://${host}`, password: canary('field') },
      { url: `redis://${host}`, password_file: 'password' },
    ]);
    return [...found, { url_file: 'url' }];
  },
  lifecycle: { test: 'redis.test.ts' },
  soak: { component: 'redis' },
};
