#!/usr/bin/env node
/**
 * Simulated listeners of the receivers: connections that open and close.
 * `node listeners.js openwebrx=http://127.0.0.1:8073 kiwisdr=http://… plain=http://…`; with HOST and PORT in the environment
 * `GET /health` says whether one of them was let in lately (200, else 503).
 */
import { createServer, get } from 'node:http';
import { WebSocket } from 'ws';

const MOST_PER_RECEIVER = 5;
/** Interval between changes per receiver, in milliseconds. */
const STEP_MS = [1000, 4000] as const;
const CONNECT_TIMEOUT_MS = 2000;
/** Somebody arrives at a receiver every few seconds. */
const LATELY_MS = 30_000;

/** Disconnects. */
type Leave = () => void;

/** Connects a listener; `onGone` is called when the connection ends for any reason. */
function listen(software: string, url: string, onLetIn: () => void, onGone: () => void): Leave {
  if (software === 'plain') {
    const request = get(new URL('/stream', url), { agent: false, timeout: CONNECT_TIMEOUT_MS }, (response) => {
      onLetIn();
      response.on('error', () => undefined).resume();
      response.on('close', onGone);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', onGone);
    return () => request.destroy();
  }
  const path = software === 'kiwisdr' ? `/kiwi/${Date.now()}/SND` : '/ws/';
  const address = new URL(path, url);
  address.protocol = 'ws:';
  const webSocket = new WebSocket(address, { handshakeTimeout: CONNECT_TIMEOUT_MS });
  webSocket.on('error', () => undefined);
  webSocket.on('open', onLetIn);
  webSocket.on('close', onGone);
  return () => webSocket.terminate();
}

/** Keeps a varying number of listeners at one receiver. */
function crowd(software: string, url: string, onLetIn: () => void): void {
  const present = new Set<Leave>();

  const arrive = () => {
    const leave = listen(software, url, onLetIn, () => present.delete(leave));
    present.add(leave);
  };
  const step = () => {
    // the more listeners, the more likely one leaves
    if (Math.random() * MOST_PER_RECEIVER < present.size) [...present][0]?.();
    else arrive();
    setTimeout(step, STEP_MS[0] + Math.random() * (STEP_MS[1] - STEP_MS[0]));
  };
  step();
}

function main(): void {
  const { HOST: host = '127.0.0.1', PORT: port } = process.env;
  let lastAt = -Infinity;
  for (const argument of process.argv.slice(2)) {
    const at = argument.indexOf('=');
    crowd(argument.slice(0, at), argument.slice(at + 1), () => (lastAt = performance.now()));
  }
  if (port === undefined) return;
  createServer((_request, response) => {
    const status = performance.now() - lastAt <= LATELY_MS ? 'healthy' : 'unhealthy';
    response.writeHead(status === 'healthy' ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status, service: 'listeners' }));
  }).listen(Number(port), host);
}

main();
