/** What a Prometheus knows of the components. */
import { COMPONENT_METRIC } from '@onehertz/contract';

/** How many components have a current sample there. @param url of Prometheus, without a path */
export async function componentsKnownTo(url: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?query=${COMPONENT_METRIC.up}`);
  const { data } = (await response.json()) as { data: { result: unknown[] } };
  return data.result.length;
}
