/** What the tests must know of the probe websdr. */
import { httpCanaries } from '../../canaries/http';
import { httpParrot } from '../../canaries/parrots';
import { overHttp } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

export const checks: ProbeChecks = {
  faults: [overHttp('websdr', 'websdr', '/openwebrx/')],
  parrot: httpParrot,
  canaries: httpCanaries,
  lifecycle: { none: 'each request stands for itself; the matrix of faults refuses, freezes and restarts the service' },
  soak: { none: 'receivers are probed once a minute, so the hour of a soak has sixty results of one' },
};
