/** Watches RabbitMQ: a message to itself and back, the configured queues, and the management API if allowed. */
import { tlsOf } from '../../fields/tls';
import { withDeadline } from '../../runtime/deadline';
import { CONNECTED, describeError, NoAnswer, noAnswer, toError } from '../../text/errors';
import { reasonOf } from '../../text/failure-reason';
import { amqpVhost, ConnectionLimit, IN_MAINTENANCE } from '../amqp/errors';
import type { QueueCount, QueueProblem, Refusals } from '../amqp/queues';
import { ChannelRefusal } from '../amqp/refusal';
import { createKeptConnection, PATIENT, type KeptConnection } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { openLoopback, openObserver, type Loopback, type Observer } from './connections';
import { createManagementClient } from './management';
import { createReports, REPORT_TIMES } from './reports';
import { rabbitmqResult } from './result';
import { managementOf, type RabbitmqTarget } from './settings';

/** While a count is late, earlier warnings are kept for this long. */
const REMEMBER_COUNT_MS = 10_000;

interface Liveness {
  /** Duration of the message or query alone: connecting, as at each start, takes many times as long. */
  responseTimeMs: number;
  version?: string;
  /** Why the broker accepts no messages. */
  blocked?: string;
  /** Why no message was sent. */
  untried?: string;
}

export function create(target: RabbitmqTarget, { log, secrets }: ProbeContext): Probe {
  const { url, queues, timeout } = target;
  const names = queues.map((queue) => queue.name);
  const listeners = new Set<() => void>();
  const endings: Promise<void>[] = [];
  const refusals: Refusals = new Map();
  let counted: { entries: (QueueCount | QueueProblem)[]; at: number } | undefined;
  /** Why no message could be sent when that was tried last. */
  let lastRefusal: string | undefined;
  let drained = false;
  let closing = false;
  const notify = () => listeners.forEach((listener) => listener());
  const connectionOptions = (signal: AbortSignal, lost: (error: Error) => void) => ({
    url,
    tls: tlsOf(target),
    name: `onehertz ${target.name}`,
    signal,
    connectMs: timeout,
    lost(error: Error) {
      drained ||= error.message.includes(IN_MAINTENANCE);
      lost(error);
    },
    onBlockedChange() {
      management?.expire();
      notify();
    },
  });
  const destroy = ({ connection }: Loopback | Observer) => {
    if (closing) endings.push(connection.end());
    else connection.destroy();
  };
  const loopback = createKeptConnection<Loopback>({
    open: (signal, lost) => openLoopback(connectionOptions(signal, lost)),
    destroy,
    openTimeoutMs: PATIENT,
    waitMs: timeout,
    maxDelayMs: 500,
  });
  // The broker does not even read from a blocked publisher, so queries need a connection that never publishes.
  const observer = createKeptConnection<Observer>({
    open: (signal, lost) => openObserver(connectionOptions(signal, lost), refusals),
    destroy,
    openTimeoutMs: PATIENT,
    waitMs: timeout,
    maxDelayMs: 500,
  });
  const api = managementOf(target);
  const management = api
    ? createReports(createManagementClient({ ...api, ...REPORT_TIMES }, amqpVhost(url), names))
    : undefined;
  for (const kept of [loopback, observer]) kept.onChange(notify);
  loopback.onChange(() => management?.expire());

  async function checkLiveness(signal: AbortSignal): Promise<Liveness> {
    const found = await exchangeMessage(signal);
    const { responseTimeMs, untried, blocked } = found;
    if (untried === undefined && blocked === undefined && responseTimeMs !== undefined)
      return { ...found, responseTimeMs };
    // It accepts no messages: does it respond to queries?
    const asked = await using(observer, signal, async ({ ask, connection: { version } }) => {
      const started = performance.now();
      await ask(signal);
      return { version, responseTimeMs: performance.now() - started };
    });
    return { ...found, ...asked };
  }

  async function exchangeMessage(signal: AbortSignal): Promise<Omit<Liveness, 'responseTimeMs'> & Partial<Liveness>> {
    try {
      return await using(loopback, signal, async ({ connection, roundTrip }) => {
        const started = performance.now();
        const outcome = await roundTrip(signal);
        const responseTimeMs = performance.now() - started;
        const { version, blocked = 'resource alarm' } = connection;
        lastRefusal = undefined;
        return { version, responseTimeMs, ...(outcome !== 'delivered' && { blocked }) };
      });
    } catch (error) {
      // of the connections that it allows, the other one of ours may be the last
      if (error instanceof ChannelRefusal || error instanceof ConnectionLimit)
        return { untried: (lastRefusal = error.message) };
      // that it cannot be tried again for lack of descriptors says nothing of the broker
      if (lastRefusal !== undefined && reasonOf(error) === 'exporter') return { untried: lastRefusal };
      throw error;
    }
  }

  /**
   * Closes a connection if the timeout passes while it is used. If it breaks (a broker disconnects a client that stood
   * still for too long), it is retried over a new one if there is time.
   */
  async function using<C, T>(
    kept: KeptConnection<C>,
    signal: AbortSignal,
    use: (connection: C) => Promise<T>
  ): Promise<T> {
    let connection: C | undefined;
    try {
      connection = await kept.get(signal);
      return await use(connection).catch(async (error: unknown) => {
        if (signal.aborted) throw error;
        connection = await kept.get(signal);
        return use(connection);
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      const silence = new NoAnswer(noAnswer(timeout, connection && CONNECTED));
      if (connection !== undefined) kept.drop(silence, connection);
      throw silence;
    }
  }

  /**
   * Never later than its limit, and never the reason for a failure: the liveness check decides whether the broker
   * works.
   */
  async function inspectQueues(signal: AbortSignal): Promise<(QueueCount | QueueProblem)[] | Error> {
    return withDeadline(signal, timeout * 0.6, async (limit) => {
      try {
        const entries = await (await observer.get(limit)).inspect(names, limit);
        counted = { entries, at: performance.now() };
        return entries;
      } catch (error) {
        log.debug({ reason: describeError(error, secrets) }, 'queues could not be counted');
        return limit.aborted ? new NoAnswer('timed out') : toError(error);
      }
    });
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    management?.askIfDue();
    const inspection = names.length > 0 ? inspectQueues(signal) : Promise.resolve([]);
    try {
      const liveness = await checkLiveness(signal);
      drained = false;
      const isFresh = counted !== undefined && performance.now() - counted.at < REMEMBER_COUNT_MS;
      return rabbitmqResult({
        version: undefined,
        blocked: undefined,
        ...liveness,
        limits: queues,
        inspection: await inspection,
        ...(isFresh && { lastInspection: counted?.entries }),
        management: management?.value,
        managementError: management?.error,
      });
    } catch (error) {
      return { status: 'unhealthy', error: withMaintenance(describeError(error, secrets)), reason: reasonOf(error) };
    }
  }

  /** A drained node reports it once, then refuses connections. Its management API continues to work. */
  function withMaintenance(text: string): string {
    return (drained || management?.value?.drained) && /connection refused/.test(text)
      ? `connection refused; ${IN_MAINTENANCE}`
      : text;
  }

  return {
    run,
    retryNow() {
      loopback.retryNow();
      observer.retryNow();
      management?.expire();
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      closing = true;
      listeners.clear();
      loopback.close();
      observer.close();
      management?.close();
      await Promise.all(endings);
    },
  };
}
