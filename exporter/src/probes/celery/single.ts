/** Watches the Celery workers of one broker: a ping to all of them in each run, and their events. */
import { describeError, NoAnswer, noAnswer } from '../../text/errors';
import { reasonOf } from '../../text/failure-reason';
import type { Refusals } from '../amqp/queues';
import { ChannelRefusal } from '../amqp/refusal';
import { createBackground } from '../kit/background';
import { abortable, createKeptConnection, PATIENT } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { openAmqpControl } from './brokers/amqp';
import type { ControlChannel, ControlEvents } from './brokers/control';
import { createPassiveLook } from './brokers/passive';
import { openRedisControl } from './brokers/redis';
import { takeReplyKey } from './brokers/reply-key';
import type { Format } from './formats';
import { createPace } from './pace';
import { namesOf } from './protocol';
import { celeryResult } from './result';
import { createRound, type Round } from './round';
import type { CeleryTarget } from './settings';
import { createRefusers } from './workers/refusers';
import { createWorkers, type Census } from './workers/workers';

/** How long workers have to answer; the rest of the timeout is for reporting, with a margin for a busy machine. */
const workersTimeMs = (timeout: number) => Math.max(timeout * 0.6, Math.min(timeout * 0.9, timeout - 250));
const QUEUES_INTERVAL_MS = 1000;
const QUEUES_TIMEOUT_MS = 5000;
/** More than a worker can be late. */
const REMEMBERED_PINGS = 60;
/** Only these two are named in advice, because both kinds of broker have them. */
const SETTINGS = 'if there are some, set control_exchange and event_exchange as the workers have them';
const REDIS_SETTINGS =
  'if there are some, set control_exchange, global_keyprefix and fanout_prefix as the workers have them';

/** Watches the workers of one broker. @param broker what it is called in messages: the component is the workers */
export function createSingle(target: CeleryTarget, { log, secrets }: ProbeContext, broker = 'broker'): Probe {
  const { url, timeout, min_workers: minWorkers, queues } = target;
  const overRedis = /^rediss?:/.test(url);
  const names = namesOf(target);
  const reply = takeReplyKey(url, target.name);
  const workers = createWorkers({ minWorkers, busyGraceMs: target.busy_grace, timeoutMs: timeout });
  const pace = createPace();
  const refusers = createRefusers();
  const refusals: Refusals = new Map();
  const passive = createPassiveLook(target, refusals);
  const listeners = new Set<() => void>();
  const endings: Promise<void>[] = [];
  let closing = false;
  let round: Round | undefined;
  let unreadable: Error | undefined;
  /** Times of the last pings, by ticket. */
  const asked = new Map<string, number>();
  const notify = () => listeners.forEach((listener) => listener());

  const eventsOf = (lost: (error: Error) => void): ControlEvents => ({
    answer(answer) {
      if (round?.take(answer)) return;
      log.debug({ worker: answer.worker }, 'an answer to an older ping was ignored');
      workers.lateAnswer(answer.worker, performance.now(), asked.get(answer.ticket));
      pace.heard();
    },
    unreadableAnswer(error) {
      unreadable = error;
    },
    event(event) {
      const now = performance.now();
      workers.event(event, now);
      if (event.type === 'heartbeat') return;
      refusers.forget(event.worker);
      if (event.type === 'online') return pace.started(now);
      round?.left(event.worker);
      notify();
    },
    blockedChange() {
      // within a run, the run itself reports it
      if (round) round.end();
      else notify();
    },
    lost(error) {
      round?.fail(error);
      lost(error);
    },
  });

  const control = createKeptConnection<ControlChannel>({
    open: (signal, lost, explainLate) => {
      const options = { target, names, signal, explainLate, events: eventsOf(lost), replyKey: reply.key };
      return overRedis ? openRedisControl(options) : openAmqpControl(options, refusals);
    },
    destroy(channel) {
      if (closing) endings.push(channel.end());
      else channel.destroy();
    },
    openTimeoutMs: PATIENT,
    waitMs: timeout,
    maxDelayMs: 500,
  });
  control.onChange(notify);
  const queueLengths = createBackground({
    intervalMs: QUEUES_INTERVAL_MS,
    timeoutMs: QUEUES_TIMEOUT_MS,
    run: async (signal) => abortable((await control.get(signal)).queueLengths(queues), signal),
  });

  async function ask(
    channel: ControlChannel,
    current: Round,
    format: Format,
    windowMs: number,
    signal: AbortSignal
  ): Promise<void> {
    let taken = false;
    const sent = channel.ping(current.ticket, format).then((count) => {
      taken = true;
      current.sentTo(count);
    });
    sent.catch((error: Error) => current.fail(error));
    try {
      await current.done(windowMs, signal);
      // Missing answers are conclusive only if the broker accepted the ping.
      if (current.answered.size === 0 && channel.blocked === undefined) await abortable(sent, signal);
    } catch (error) {
      if (signal.aborted && !taken) control.drop(new NoAnswer(noAnswer(timeout)), channel);
      throw error;
    }
  }

  async function check(signal: AbortSignal, started: number): Promise<ProbeResult> {
    const channel = await control.get(signal);
    if (channel.blocked !== undefined) return blockedResult(channel.blocked);
    if (queues.length > 0) queueLengths.startIfDue();
    const now = performance.now();
    const format = pace.due(now);
    if (!format) return watch(channel, signal);
    // after a slow connect, less time is left
    const windowMs = workersTimeMs(timeout) - (now - started);
    const current = (round = createRound(workers.expected(now)));
    unreadable = undefined;
    asked.set(current.ticket, current.startedAt);
    if (asked.size > REMEMBERED_PINGS) asked.delete(asked.keys().next().value as string);
    try {
      await ask(channel, current, format, windowMs, signal);
    } finally {
      round = undefined;
    }
    if (channel.blocked !== undefined) return blockedResult(channel.blocked);
    const settledAt = performance.now();
    const census = workers.settle(current.answered, current.startedAt, settledAt, current.unnamed);
    const answers = census.answering.length + (census.late?.length ?? 0) + (census.unnamed ?? 0);
    const refusing = refusers.count(channel, census, answers, current.listeners);
    pace.settled({ answers, listeners: current.listeners, refusing, silent: census.silent.length }, settledAt);
    const twins = [...new Set([...(census.twins ?? []), ...current.twins])];
    return resultOf({ ...census, twins }, current.responseTimeMs, current.listeners);
  }

  /** Without a ping: checks who sends heartbeats. The broker has to respond nevertheless. */
  async function watch(channel: ControlChannel, signal: AbortSignal): Promise<ProbeResult> {
    const started = performance.now();
    try {
      await abortable(channel.touch(), signal);
    } catch (error) {
      if (signal.aborted) control.drop(new NoAnswer(noAnswer(timeout)), channel);
      throw error;
    }
    const now = performance.now();
    const census = workers.watch(now);
    if (refusers.count(channel, census, 0, undefined) > 0) pace.refused(now);
    return resultOf(census, now - started, undefined);
  }

  const resultOf = (census: Census, responseTimeMs: number | undefined, listening: number | undefined) =>
    celeryResult({
      census,
      minWorkers,
      broker,
      listeners: listening,
      responseTimeMs,
      queueLengths: queueLengths.value,
      unreadable,
      sparing: pace.sparing,
      settings: overRedis ? REDIS_SETTINGS : SETTINGS,
    });

  function blockedResult(reason: string): ProbeResult {
    return {
      status: 'unhealthy',
      error: `${broker}: publishers are blocked (${reason}): no tasks can be sent, no workers pinged`,
    };
  }

  async function lookPassively({ message }: ChannelRefusal, signal: AbortSignal): Promise<ProbeResult> {
    try {
      return await passive.look(message, signal);
    } catch (error) {
      const reason = signal.aborted ? new NoAnswer(noAnswer(timeout)) : error;
      return brokerFailure(reason);
    }
  }

  function brokerFailure(reason: unknown): ProbeResult {
    return { status: 'unhealthy', error: `${broker}: ${describeError(reason, secrets)}`, reason: reasonOf(reason) };
  }

  return {
    async run(signal) {
      try {
        const started = performance.now();
        return await check(signal, started).catch((error: unknown) => {
          if (signal.aborted) throw error;
          // The broker disconnects a client that stood still for too long: retry over a new connection if there is
          // time.
          return check(signal, started);
        });
      } catch (error) {
        if (error instanceof ChannelRefusal && !signal.aborted) return await lookPassively(error, signal);
        const reason = signal.aborted ? new NoAnswer(noAnswer(timeout)) : error;
        return brokerFailure(reason);
      }
    },
    retryNow() {
      control.retryNow();
      passive.retryNow();
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      closing = true;
      listeners.clear();
      queueLengths.close();
      control.close();
      await Promise.all([...endings, passive.close()]);
      reply.free();
    },
  };
}
