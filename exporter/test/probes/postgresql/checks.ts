/** What the tests must know of the probe postgresql. */
import { inUrl } from '../../canaries/canary';
import { postgresqlParrot } from '../../canaries/parrots';
import { foreignRows } from '../../faults/foreign-rows';
import { authority, KEPT, type FaultRow } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

const postgresql: FaultRow = {
  title: 'postgresql',
  slug: 'postgresql',
  speaks: 'postgresql',
  ...KEPT,
  port: (servers) => servers.postgresql.port,
  plain: (port, _servers, account) => ({
    probe: 'postgresql',
    url: `postgresql://${authority(account, 'onehertz')}127.0.0.1:${port}/${account === 'rights' ? 'guarded' : 'postgres'}?sslmode=disable`,
  }),
  secure: (port) => ({
    probe: 'postgresql',
    url: `postgresql://${authority(undefined, 'onehertz')}localhost:${port}/postgres?sslmode=verify-full`,
  }),
};

export const checks: ProbeChecks = {
  faults: [postgresql, ...foreignRows('postgresql')],
  parrot: postgresqlParrot,
  canaries: ({ hosts }) =>
    hosts.map((host) => ({ url: `postgresql://watcher:${inUrl('password')}@${host}/db?application_name=x` })),
  lifecycle: { test: 'postgresql.test.ts' },
  soak: { component: 'postgresql' },
};
