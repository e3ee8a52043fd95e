/** Checks whether a server accepts new connections, without a full session. */
import { abortable } from '../../kit/kept-connection';
import type { Slot } from '../../kit/slots';
import type { ConnectionSettings } from '../url/connection';
import { asRejection } from './errors';
import { leave, openStream, type Route } from './stream';
import { createWire, type Message } from './wire';

export interface DoorOptions {
  route: Route;
  settings: ConnectionSettings;
  connectMs: number;
  signal: AbortSignal;
  slot: Slot;
}

/**
 * After the start-up packet, a server that accepts no connections sends an error; any other requests the password (or
 * accepts, if it needs none). A client that disconnects then is neither logged nor counted as a session, except by
 * `log_connections`. Rejects with the server's error.
 * https://github.com/postgres/postgres/blob/master/src/backend/libpq/auth.c (STATUS_EOF)
 */
export async function checkAccepting({ route, settings, connectMs, signal, slot }: DoorOptions): Promise<void> {
  const stream = await openStream({ route, connectMs, signal, slot });
  const { socket } = stream;
  let isIn = false;
  try {
    const wire = createWire(stream);
    const { user, database, applicationName } = settings;
    wire.once('connect', () => wire.startup({ user, database, application_name: applicationName }));
    const answer = firstAnswer(wire);
    wire.connect(route.place.port, route.place.host);
    const message = await abortable(answer, signal);
    if (message.name === 'error') throw asRejection(message);
    isIn = message.name === 'authenticationOk';
  } finally {
    leave(socket, isIn);
  }
}

function firstAnswer(wire: ReturnType<typeof createWire>): Promise<Message> {
  return new Promise((resolve, reject) => {
    wire.on('message', (message: Message) => {
      if (message.name !== 'notice') resolve(message);
    });
    wire.once('error', reject);
    wire.once('end', () => reject(new Error('connection closed by the server before it asked for a password')));
  });
}
