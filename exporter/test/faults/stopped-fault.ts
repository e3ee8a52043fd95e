/** The exporter stands still: SIGSTOP, as a debugger, an overloaded machine or a frozen container does. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from './stage';
import { during, grown, watchAll, type Span, type Watched } from './watched';

export const STOPPED_MS = 5000;

export interface StoppedOutcome {
  span: Span;
  components: Watched['components'];
  /** Ticks. */
  missed: number;
}

export async function stopAndContinue(stage: Stage): Promise<StoppedOutcome> {
  const service = await createSlowService();
  const { port } = service.address() as AddressInfo;
  const slow = { name: 'slow', probe: 'http' as const, url: `http://127.0.0.1:${port}/health` };
  const { exporter, components } = await watchAll(stage, 'stopped', { extra: [slow] });
  try {
    const span = await during(exporter, async () => {
      await delay(1000 - (Date.now() % 1000) + 100);
      exporter.child.kill('SIGSTOP');
      await delay(STOPPED_MS);
      exporter.child.kill('SIGCONT');
      await delay(3000);
    });
    return { span, components, missed: grown(span, 'onehertz_ticks_missed_total') };
  } finally {
    exporter.kill();
    service.closeAllConnections();
    service.close();
  }
}

/** A service that takes its time: its probe is under way whenever the exporter is stopped. */
async function createSlowService(): Promise<Server> {
  const server = createServer((_request, response) => void setTimeout(() => response.end('OK'), 250));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
