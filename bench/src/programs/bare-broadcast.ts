/** Baseline of a stream: sends the same object as JSON to every client once a second, with plain ws. */
import { once } from 'node:events';
import WebSocket, { WebSocketServer } from 'ws';
import { createLateness } from './event-loop';
import { answerWith, ready, settings } from './program';

export interface BareBroadcastSettings {
  /** Stream whose first message it sends. */
  like: string;
  /** Whether ws compresses, which it does for each client separately. */
  compression: boolean;
}

const { port, like, compression } = settings<BareBroadcastSettings & { port: number }>();
let ticks = 0;
const lateness = createLateness();

async function main(): Promise<void> {
  const socket = new WebSocket(like);
  const [data] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  const message: unknown = JSON.parse(data.toString());
  const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: compression });
  server.on('listening', ready);
  setInterval(() => {
    ticks++;
    const text = JSON.stringify(message);
    for (const client of server.clients) if (client.bufferedAmount === 0) client.send(text);
  }, 1000);
}
answerWith(() => ({ ticks, loopLateMs: lateness() }));
void main();
