/** Sends messages to clients in order, even while one is being compressed, and yields to the event loop in between. */
import { createSlice } from '../../runtime/slices';
import type { Message } from './frames';

export interface Delivery<Client> {
  /** Currently connected clients; clients that connect later get newer data. */
  recipients: readonly Client[];
  /** The forms from which {@link send} chooses. */
  messages: readonly Message[];
  /**
   * Sends one of the messages to a client. @param compressed compressed frames by message, where compression pays off
   */
  send(client: Client, compressed: ReadonlyMap<Message, Buffer>): void;
  /** Called when all have received it or were skipped. */
  done?(): void;
}

export interface StreamQueue<Client> {
  /** Immediate if nothing is waiting. */
  add(delivery: Delivery<Client>): void;
}

/** @param compresses whether a client supports compressed messages */
export function createStreamQueue<Client>(compresses: (client: Client) => boolean): StreamQueue<Client> {
  const waiting: Delivery<Client>[] = [];
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { recipients, messages, send, done } = next;
      const compressed = new Map<Message, Buffer>();
      if (recipients.some(compresses))
        for (const message of messages)
          if (message.worthCompressing) compressed.set(message, await message.compressedFrame());
      const slice = createSlice();
      for (const client of recipients) {
        send(client, compressed);
        if (slice.isOver()) await slice.next();
      }
      done?.();
    }
    busy = false;
  }

  return {
    add(delivery) {
      waiting.push(delivery);
      if (!busy) void work();
    },
  };
}
