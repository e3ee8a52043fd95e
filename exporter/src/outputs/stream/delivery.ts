/** Hands messages to clients: compressed once for all of them, and never more than one that waits for a slow reader. */
import type { SelfStatistics } from '../metrics/self';
import type { StreamClient } from './clients';
import type { Message } from './frames';
import { createStreamQueue } from './queue';

export interface StreamDelivery {
  /** To those that keep up; one that does not is served again with the next snapshot. */
  publish(recipients: readonly StreamClient[], message: Message): void;
  /** What a newcomer gets first, in any case. */
  greet(client: StreamClient, message: Message): void;
  /**
   * To each client that keeps up the message that is for it.
   * @param choose is called when it is its turn: it may have fallen behind meanwhile
   */
  publishEach(
    recipients: readonly StreamClient[],
    messages: readonly Message[],
    choose: (client: StreamClient) => Message | undefined,
    done: () => void
  ): void;
}

export function createStreamDelivery(self: SelfStatistics): StreamDelivery {
  const queue = createStreamQueue<StreamClient>(({ compresses }) => compresses);

  function send({ socket, connection, compresses }: StreamClient, message: Message, frame: Buffer | undefined): void {
    if (socket.readyState !== socket.OPEN) return;
    // ws itself never compresses, and writes each of its frames at once: between two of them is room for another
    if (frame && compresses) connection.write(frame);
    else socket.send(message.payload, { binary: false, compress: false });
  }

  /** Whether it keeps up, so that it was sent. */
  function deliver(client: StreamClient, message: Message, frame: Buffer | undefined): boolean {
    if (client.socket.bufferedAmount > 0) {
      client.behind = true;
      self.streamSkipped++;
      return false;
    }
    send(client, message, frame);
    return true;
  }

  function hand(recipients: readonly StreamClient[], message: Message, how: typeof send | typeof deliver): void {
    queue.add({
      recipients,
      messages: [message],
      send: (client, compressed) => how(client, message, compressed.get(message)),
    });
  }

  return {
    publish: (recipients, message) => hand(recipients, message, deliver),
    greet: (client, message) => hand([client], message, send),
    publishEach(recipients, messages, choose, done) {
      queue.add({
        recipients,
        messages,
        send(client, compressed) {
          const message = choose(client);
          if (message && deliver(client, message, compressed.get(message))) client.behind = false;
        },
        done,
      });
    },
  };
}
