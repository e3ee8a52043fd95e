/** Has a server end what one of our sessions does. */
import type { Session } from './login';
import { leave, openStream } from './stream';
import { createWire, keyOf } from './wire';

/** A connection that the server answers by closing it; how it ends is of no interest, after `withinMs` it is over. */
export async function cancelStatement({ client, route }: Session, connectMs: number, withinMs: number): Promise<void> {
  const { processID, secretKey } = keyOf(client);
  if (processID === null || secretKey === null) return;
  const signal = AbortSignal.timeout(withinMs);
  try {
    const stream = await openStream({ route, connectMs, signal });
    const wire = createWire(stream);
    await new Promise<void>((resolve) => {
      wire.once('connect', () => wire.cancel(processID, secretKey)).once('end', resolve);
      wire.connect(route.place.port, route.place.host);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    leave(stream.socket, false);
  } catch {
    // then the server's own limit ends it
  }
}
