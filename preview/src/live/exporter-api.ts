/** What the preview asks the exporter's HTTP API for, because its stream does not carry it. */
import type { StaticFacts, Transition } from './measurements';

/** By component name. */
export async function readStaticFacts(): Promise<Map<string, StaticFacts>> {
  const { components } = await getJson<{ components: Record<string, StaticFacts> }>('components');
  return new Map(Object.entries(components));
}

/** Oldest first. @param since milliseconds since the epoch */
export async function readTransitions(since: number): Promise<Transition[]> {
  const { events } = await getJson<{ events: Transition[] }>(`events?since=${since / 1000}`);
  return events;
}

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(`/exporter/api/v1/${path}`);
  if (!response.ok) throw new Error(`/exporter/api/v1/${path}: ${response.status}`);
  return (await response.json()) as T;
}
