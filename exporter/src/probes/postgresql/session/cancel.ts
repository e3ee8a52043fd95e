/** Cancels the running statement of a session. */
import type { Session } from './login';
import { leave, openStream } from './stream';
import { createWire, keyOf } from './wire';

/** The server responds by closing the connection; the result is ignored, after `withinMs` it is closed in any case. */
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
    // the server-side timeout applies then
  }
}
