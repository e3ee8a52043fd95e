/** The exporters that the preview's server was told of. */

export interface StreamEntry {
  /** The stream id under which the exporter pushes to Grafana. */
  id: string;
  /** Path under which the preview's server reaches it. */
  base: string;
}

/** At least one. */
export async function listStreams(): Promise<StreamEntry[]> {
  const response = await fetch('/api/preview/streams');
  if (!response.ok) throw new Error(`/api/preview/streams: ${response.status}`);
  return (await response.json()) as StreamEntry[];
}
