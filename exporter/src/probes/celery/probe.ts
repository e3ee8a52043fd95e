/** Watches Celery workers: a ping to all of them over their broker, once a run, and what they say by themselves. */
import { randomUUID } from 'node:crypto';
import type { CeleryTarget } from './settings';
import { amqpAddress } from '../amqp/connection';
import { createBackground } from '../kit/background';
import { openAmqpControl } from './amqp';
import type { ControlChannel, ControlEvents } from './control';
import { openRedisControl } from './redis';
import { celeryResult } from './result';
import { createRound, type Round } from './round';
import { createWorkers } from './workers';
import { describeError, NoAnswer, noAnswer } from '../../text/errors';
import { reasonOf } from '../../text/failure-reason';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { redisAddress } from '../redis/connection';

/** One attempt may take longer than a tick: results do not wait for it. */
const OPEN_TIMEOUT_MS = 5000;
const MAX_WINDOW_MS = 500;
const QUEUES_INTERVAL_MS = 1000;

export function create(target: CeleryTarget, { log, secrets }: ProbeContext): Probe {
  const { url, timeout, min_workers: minWorkers, queues } = target;
  const overRedis = /^rediss?:/.test(url);
  const openControl = overRedis ? openRedisControl : openAmqpControl;
  const broker = overRedis ? redisAddress(url) : amqpAddress(url);
  const replyKey = randomUUID();
  const workers = createWorkers({ minWorkers, busyGraceMs: target.busy_grace });
  const listeners = new Set<() => void>();
  const endings: Promise<void>[] = [];
  let closing = false;
  let round: Round | undefined;
  let unreadable: Error | undefined;
  const notify = () => listeners.forEach((listener) => listener());

  const eventsOf = (lost: (error: Error) => void): ControlEvents => ({
    answer(answer) {
      if (round?.take(answer)) return;
      log.debug({ worker: answer.worker }, 'an answer to an older ping was ignored');
      workers.lateAnswer(answer.worker, performance.now());
    },
    unreadableAnswer(error) {
      unreadable = error;
    },
    event(event) {
      workers.event(event, performance.now());
      if (event.type !== 'offline') return;
      round?.left(event.worker);
      notify();
    },
    blockedChange() {
      // within a run the run itself says so
      if (round) round.end();
      else notify();
    },
    lost(error) {
      round?.fail(error);
      lost(error);
    },
  });

  const control = createKeptConnection<ControlChannel>({
    open: (signal, lost) => {
      const events = eventsOf(lost);
      return openControl({ url, component: target.name, signal, silenceMs: timeout, events, replyKey });
    },
    destroy(channel) {
      if (closing) endings.push(channel.end());
      else channel.destroy();
    },
    openTimeoutMs: OPEN_TIMEOUT_MS,
    maxDelayMs: 500,
  });
  control.onChange(notify);
  const queueLengths = createBackground({
    intervalMs: QUEUES_INTERVAL_MS,
    timeoutMs: OPEN_TIMEOUT_MS,
    run: async (signal) => abortable((await control.get(signal)).queueLengths(queues), signal),
  });

  async function ask(channel: ControlChannel, current: Round, windowMs: number, signal: AbortSignal): Promise<void> {
    let taken = false;
    const sent = channel.ping(current.ticket).then((count) => {
      taken = true;
      current.sentTo(count);
    });
    sent.catch((error: Error) => current.fail(error));
    try {
      await current.done(windowMs, signal);
      // Silence proves something of the workers only if the broker took the question.
      if (current.answered.size === 0 && channel.blocked === undefined) await abortable(sent, signal);
    } catch (error) {
      if (signal.aborted && !taken) control.drop(new NoAnswer(noAnswer(broker, timeout)), channel);
      throw error;
    }
  }

  async function check(signal: AbortSignal, started: number): Promise<ProbeResult> {
    const channel = await control.get(signal);
    if (channel.blocked !== undefined) return blockedResult(channel.blocked);
    if (queues.length > 0) queueLengths.startIfDue();
    const now = performance.now();
    // after a slow connect less is left of the time
    const windowMs = Math.min(MAX_WINDOW_MS, timeout * 0.6, timeout * 0.9 - (now - started));
    const current = (round = createRound(workers.expected(now)));
    unreadable = undefined;
    try {
      await ask(channel, current, windowMs, signal);
    } finally {
      round = undefined;
    }
    if (channel.blocked !== undefined) return blockedResult(channel.blocked);
    return celeryResult({
      census: workers.settle(current.answered, current.startedAt, performance.now()),
      minWorkers,
      broker,
      listeners: current.listeners,
      responseTimeMs: current.responseTimeMs,
      queueLengths: queueLengths.value,
      unreadable,
    });
  }

  function blockedResult(reason: string): ProbeResult {
    return {
      status: 'unhealthy',
      error: `${broker}: publishers are blocked (${reason}): nobody can send tasks or ask workers`,
    };
  }

  return {
    async run(signal) {
      try {
        const started = performance.now();
        return await check(signal, started).catch((error: unknown) => {
          if (signal.aborted) throw error;
          // A broker drops a client that stood still for too long: a new connection has the word, if it can be had in time.
          return check(signal, started);
        });
      } catch (error) {
        const reason = signal.aborted ? new NoAnswer(noAnswer(broker, timeout)) : error;
        return { status: 'unhealthy', error: describeError(reason, secrets), reason: reasonOf(reason) };
      }
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      closing = true;
      listeners.clear();
      queueLengths.close();
      control.close();
      await Promise.all(endings);
    },
  };
}
