/** The exporter has no file descriptors left. */
import { waitFor } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { ComponentView, ExporterProcess, TransitionView } from './exporter-process';
import { allWell } from './looks';
import type { Stage } from './stage';
import { during, watchAll, type Span } from './watched';

export interface DescriptorOutcome {
  begin: number;
  end: number;
  span: Span;
  /** The board while there were none. */
  board: Record<string, ComponentView>;
  /** /metrics over an open connection, and the number of messages over an open stream during some ticks. */
  kept: { metrics: string; messages: number; ticks: number };
  /** What happened to a new connection meanwhile, and afterwards. */
  refused: string;
  accepted: string;
  /** Whether a new stream got its first message afterwards. */
  streamsAgain: boolean;
  events: TransitionView[];
}

export async function exhaustDescriptors(stage: Stage): Promise<DescriptorOutcome> {
  const { exporter, components } = await watchAll(stage, 'descriptors');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stream = await openStream(exporter);
  let taken: ReturnType<typeof takeAll> | undefined;
  try {
    await getMetrics(exporter, agent);
    const begin = Date.now();
    const kept = { metrics: '', messages: 0, ticks: 0 };
    let refused = '';
    const span = await during(exporter, async () => {
      taken = takeAll(exporter.pid);
      await waitFor(async () => (await exporter.components()).tcp?.status === 'unhealthy', {
        timeoutMs: 10_000,
        what: 'the probe that needs a new connection to fail',
      });
      const messages = stream.count;
      const { value } = await exporter.metrics();
      refused = await newConnection(exporter);
      await delay(2000);
      kept.metrics = await getMetrics(exporter, agent);
      kept.ticks = (await exporter.metrics()).value('onehertz_ticks_total') - value('onehertz_ticks_total');
      kept.messages = stream.count - messages;
    });
    const board = await exporter.components();
    taken?.giveBack();
    const end = Date.now();
    await allWell(exporter, components);
    const accepted = await newConnection(exporter);
    const again = await openStream(exporter);
    again.socket.terminate();
    const events = await exporter.events();
    return { begin, end, span, board, kept, refused, accepted, streamsAgain: again.count > 0, events };
  } finally {
    taken?.giveBack();
    stream.socket.terminate();
    agent.destroy();
    exporter.kill();
  }
}

/**
 * Lowers the limit of a process to the lowest number that is ever free: all below it are in use, those above stay open.
 * Repeats this, because a closed connection leaves a gap.
 */
function takeAll(pid: number): { giveBack(): void } {
  const run = (...args: string[]) => execFileSync('prlimit', ['--pid', `${pid}`, ...args]).toString();
  const before = run('--nofile', '--output=SOFT', '--noheadings').trim();
  let limit = Infinity;
  const lower = () => {
    const used = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
    let free = 0;
    while (used.has(free)) free++;
    if (free < limit) run(`--nofile=${(limit = free)}:`);
  };
  lower();
  const timer = setInterval(lower, 50);
  return {
    giveBack() {
      clearInterval(timer);
      run(`--nofile=${before}:`);
    },
  };
}

/** Resolves with the first message. */
async function openStream({ origin }: ExporterProcess): Promise<{ socket: WebSocket; count: number }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/stream?events=system:comprehensive_health`);
  const stream = { socket, count: 0 };
  socket.on('message', () => stream.count++);
  await once(socket, 'message');
  return stream;
}

async function getMetrics({ origin }: ExporterProcess, agent: Agent): Promise<string> {
  const request = get(`${origin}/metrics`, { agent });
  const [response] = (await once(request, 'response')) as [Parameters<typeof text>[0]];
  return text(response);
}

/** What a new client gets: the first line of the response, `closed`, or `nothing` after three seconds. */
function newConnection({ origin }: ExporterProcess): Promise<string> {
  const { port, hostname } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write('GET /-/healthy HTTP/1.0\r\n\r\n'));
    const end = (result: string) => {
      resolve(result);
      socket.destroy();
    };
    socket.on('data', (data) => end(data.toString('latin1').split('\r\n')[0] ?? ''));
    socket.on('error', () => end('closed')).on('close', () => end('closed'));
    socket.setTimeout(3000, () => end('nothing'));
  });
}
