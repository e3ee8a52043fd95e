#!/usr/bin/env node
/** Runs one simulated receiver: `node main.js websdr-1`, on HOST (default 127.0.0.1) and PORT (default 8073). */
import { createReceiverServer } from './receiver-server';
import { RECEIVERS } from './receivers';

const HOST = process.env.HOST ?? '127.0.0.1';
const PORT = Number(process.env.PORT ?? 8073);

const receiver = RECEIVERS.find(({ name }) => name === process.argv[2]);
if (receiver) {
  const server = createReceiverServer(receiver);
  server.on('error', (error) => {
    process.stderr.write(`${receiver.name} cannot listen on ${HOST}:${PORT}: ${error.message}\n`);
    process.exit(1);
  });
  server.listen(PORT, HOST, () => process.stdout.write(`${receiver.name} listens on ${HOST}:${PORT}\n`));
  const stop = () => process.exit(0);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} else {
  process.stderr.write(`usage: main.js ${RECEIVERS.map(({ name }) => name).join('|')}\n`);
  process.exitCode = 2;
}
