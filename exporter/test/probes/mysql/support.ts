/** What the tests of MySQL share: probes that are closed after each test, and what the server counts. */
import { createProbe } from '../../../src/probes';
import type { Probe, ProbeContext } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';
import { sql } from './sql';

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

/** The server's counters by name. @param like a pattern of SQL */
export async function statusOf(url: string, like: string): Promise<Record<string, number>> {
  const rows = await sql(url, `SHOW GLOBAL STATUS LIKE '${like}'`);
  return Object.fromEntries(rows.map((row) => [row.Variable_name as string, Number(row.Value)]));
}

export const isKnown = ({ details }: { details?: Record<string, unknown> }) => details?.['connections'] !== undefined;
export const isHealthy = ({ status }: { status: string }) => status === 'healthy';
