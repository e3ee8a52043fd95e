/** What the tests must know of the probe model_info. */
import { httpCanaries } from '../../canaries/http';
import { httpParrot } from '../../canaries/parrots';
import { overHttp } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

export const checks: ProbeChecks = {
  faults: [overHttp('model_info', 'model-info', '/model/info')],
  parrot: httpParrot,
  canaries: httpCanaries,
  lifecycle: { none: 'each request stands for itself; the matrix of faults refuses, freezes and restarts the service' },
  soak: { component: 'model' },
};
