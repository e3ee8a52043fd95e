/** Whether a server still lets somebody in, for less than a session. */
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
 * Knocks: after the start-up packet a server that takes nobody says so, and any other asks for the password (or lets us in, if
 * it wants none). Who goes away then is neither logged nor counted as a session; a connection it was all the same, for
 * `log_connections`. Rejects with what the server says.
 * https://github.com/postgres/postgres/blob/master/src/backend/libpq/auth.c (STATUS_EOF)
 */
export async function knock({ route, settings, connectMs, signal, slot }: DoorOptions): Promise<void> {
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
