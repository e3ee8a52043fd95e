/** What the tests of MySQL share: probes that are closed after each test. */
import { createProbe } from '../../../src/probes';
import type { Probe, ProbeContext } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';

export const PASSWORD = "p@ss/w0rd&'hunter2";

const probes: Probe[] = [];

export function probeOf(
  url: string,
  fields: Record<string, unknown> = {},
  context: Pick<ProbeContext, 'log'> = silentContext()
): Probe {
  const probe = createProbe(makeTarget('mysql', { url, new_connection_interval: '1s', ...fields }), context);
  probes.push(probe);
  return probe;
}

afterEach(async () => {
  await Promise.all(probes.splice(0).map((probe) => probe.close()));
});

export const isKnown = ({ details }: { details?: Record<string, unknown> }) => details?.['connections'] !== undefined;
export const isHealthy = ({ status }: { status: string }) => status === 'healthy';
