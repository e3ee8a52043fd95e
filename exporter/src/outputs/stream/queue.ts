/** Sends messages to clients in order, also while one is being compressed, and gives the event loop its turns meanwhile. */
import { createSlice } from '../../runtime/slices';
import type { Message } from './frames';

export interface Delivery<Client> {
  /** Those that are connected now: who comes later has got something newer. */
  recipients: readonly Client[];
  /** The forms that {@link send} chooses from. */
  messages: readonly Message[];
  /** Hands one of the messages to a client. @param compressed their compressed frames, by message, where they are worth it */
  send(client: Client, compressed: ReadonlyMap<Message, Buffer>): void;
  /** All have it, or have been left out. */
  done?(): void;
}

export interface StreamQueue<Client> {
  /** At once when nothing waits. */
  add(delivery: Delivery<Client>): void;
}

/** @param compresses whether a client can read compressed messages */
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
