/** What the tests must know of the probe rabbitmq. */
import { inUrl } from '../../canaries/canary';
import { amqpParrot } from '../../canaries/parrots';
import { foreignRows } from '../../faults/foreign-rows';
import { authority, KEPT, type FaultRow } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

export const rabbitmq: FaultRow = {
  title: 'rabbitmq',
  slug: 'rabbitmq',
  speaks: 'amqp',
  ...KEPT,
  port: (servers) => servers.rabbitmq.port,
  plain: (port, _servers, account) => ({
    probe: 'rabbitmq',
    url: `amqp://${authority(account, 'guest', 'guest')}127.0.0.1:${port}`,
  }),
  secure: (port) => ({ probe: 'rabbitmq', url: `amqps://guest:guest@localhost:${port}` }),
};

export const checks: ProbeChecks = {
  faults: [rabbitmq, ...foreignRows('rabbitmq')],
  parrot: amqpParrot,
  canaries({ hosts, http }) {
    const login = `watcher:${inUrl('password')}`;
    return hosts.map((host) => ({
      url: `amqp://${login}@${host}`,
      management_url: `http://${login}@${http}/good`,
      queues: ['a'],
    }));
  },
  lifecycle: { test: 'rabbitmq.test.ts' },
  soak: { component: 'rabbitmq' },
};
