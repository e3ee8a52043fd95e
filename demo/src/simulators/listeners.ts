#!/usr/bin/env node
/**
 * Simulated listeners of the receivers: connections that open and close.
 * `node listeners.js openwebrx=http://127.0.0.1:8073 kiwisdr=http://… plain=http://…`
 */
import { get } from 'node:http';
import { WebSocket } from 'ws';

const MOST_PER_RECEIVER = 5;
/** Interval between changes per receiver, in milliseconds. */
const STEP_MS = [1000, 4000] as const;
const CONNECT_TIMEOUT_MS = 2000;

/** Disconnects. */
type Leave = () => void;

/** Connects a listener; `onGone` is called when the connection ends for any reason. */
function listen(software: string, url: string, onGone: () => void): Leave {
  if (software === 'plain') {
    const request = get(new URL('/stream', url), { agent: false, timeout: CONNECT_TIMEOUT_MS }, (response) => {
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
  webSocket.on('close', onGone);
  return () => webSocket.terminate();
}

/** Keeps a varying number of listeners at one receiver. */
function crowd(software: string, url: string): void {
  const present = new Set<Leave>();

  const arrive = () => {
    const leave = listen(software, url, () => present.delete(leave));
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

for (const argument of process.argv.slice(2)) {
  const at = argument.indexOf('=');
  crowd(argument.slice(0, at), argument.slice(at + 1));
}
