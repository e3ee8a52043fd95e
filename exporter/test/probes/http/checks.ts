/** What the tests must know of the probe http. */
import { canary } from '../../canaries/canary';
import { httpCanaries } from '../../canaries/http';
import { httpParrot } from '../../canaries/parrots';
import { overHttp } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

export const checks: ProbeChecks = {
  faults: [overHttp('http', 'http', '/health')],
  parrot: httpParrot,
  canaries: (places) => [
    ...httpCanaries(places),
    ...places.hosts.map((host) => ({ url: `http://${host}/bad`, method: 'POST', body: `AUTH ${canary('body')}` })),
  ],
  lifecycle: { none: 'each request stands for itself; the matrix of faults refuses, freezes and restarts the service' },
  soak: { component: 'backend' },
};
