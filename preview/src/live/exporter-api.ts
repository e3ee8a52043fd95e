/** What the preview asks an exporter's HTTP API for, because its stream does not carry it. */
import type { StaticFacts, Transition } from './measurements';

export interface ExporterApi {
  /** By component name. */
  readStaticFacts(): Promise<Map<string, StaticFacts>>;
  /** Oldest first. @param since milliseconds since the epoch */
  readTransitions(since: number): Promise<Transition[]>;
}

/** @param base path under which the preview's server reaches the exporter */
export function createExporterApi(base: string): ExporterApi {
  async function getJson<T>(path: string): Promise<T> {
    const url = `${base}/api/v1/${path}`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return (await response.json()) as T;
  }
  return {
    async readStaticFacts() {
      const { components } = await getJson<{ components: Record<string, StaticFacts> }>('components');
      return new Map(Object.entries(components));
    },
    async readTransitions(since) {
      return (await getJson<{ events: Transition[] }>(`events?since=${since / 1000}`)).events;
    },
  };
}
