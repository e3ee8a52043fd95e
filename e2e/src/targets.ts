/** Many real HTTP services in one child process, and their entries in the exporter's configuration. */
import { type RunningServer, startNode } from '@onehertz/demo';
import { built } from './built';
import type { ComponentConfig, World } from './world';

export interface Targets {
  readonly server: RunningServer;
  readonly components: ComponentConfig[];
  /** Sets the response of the service at `index`. */
  answer(index: number, status: number, body: unknown): Promise<void>;
}

/** Starts `count` services; their components are named `service-000`, `service-001`, … with a hundred per kind. */
export async function startTargets(world: World, count: number, more: Record<string, unknown> = {}): Promise<Targets> {
  const server = await world.keep(
    startNode({
      name: 'targets',
      script: built('e2e/dist/http-targets.js'),
      args: (port) => [String(port), String(count)],
    })
  );
  const ports = (await (await fetch(server.url)).json()) as number[];
  return {
    server,
    components: ports.map((port, index) => ({
      name: `service-${String(index).padStart(3, '0')}`,
      kind: count > 100 ? `group-${Math.floor(index / 100)}` : 'microservice',
      type: 'service',
      probe: 'http',
      url: `http://127.0.0.1:${port}`,
      ...more,
    })),
    async answer(index, status, body) {
      await fetch(`${server.url}/${index}`, { method: 'POST', body: JSON.stringify({ status, body }) });
    },
  };
}
