/** Watches a RabbitMQ: a message to itself and back, the queues that the configuration names, and the management API if it may. */
import { withDeadline } from '../../runtime/deadline';
import type { RabbitmqTarget } from './settings';
import { amqpAddress, amqpVhost } from '../amqp/connection';
import type { QueueCount, QueueProblem } from '../amqp/queues';
import { createBackground } from '../kit/background';
import { describeError, NoAnswer, noAnswer, toError } from '../../text/errors';
import { reasonOf } from '../../text/failure-reason';
import { createKeptConnection, type KeptConnection } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { openLoopback, openObserver, type Loopback, type Observer } from './connections';
import { createManagementClient } from './management';
import { rabbitmqResult } from './result';

/** One attempt may take longer than a tick: results do not wait for it, and a handshake has seven round trips. */
const OPEN_TIMEOUT_MS = 5000;
/** RabbitMQ itself collects its statistics every 5 s. */
const MANAGEMENT_INTERVAL_MS = 5000;
const MANAGEMENT_TIMEOUT_MS = 4000;

export function create(target: RabbitmqTarget, { log, secrets }: ProbeContext): Probe {
  const { url, queues, timeout } = target;
  const address = amqpAddress(url);
  const names = queues.map((queue) => queue.name);
  const listeners = new Set<() => void>();
  const endings: Promise<void>[] = [];
  let closing = false;
  const notify = () => listeners.forEach((listener) => listener());
  const connectionOptions = (signal: AbortSignal, lost: (error: Error) => void) => ({
    url,
    name: `onehertz ${target.name}`,
    signal,
    silenceMs: timeout,
    lost,
    onBlockedChange: notify,
  });
  const destroy = ({ connection }: Loopback | Observer) => {
    if (closing) endings.push(connection.end());
    else connection.destroy();
  };
  const loopback = createKeptConnection<Loopback>({
    open: (signal, lost) => openLoopback(connectionOptions(signal, lost)),
    destroy,
    openTimeoutMs: OPEN_TIMEOUT_MS,
    maxDelayMs: 500,
  });
  // The broker does not even read from a publisher that it blocks, so questions need a connection that never publishes.
  const observer = createKeptConnection<Observer>({
    open: (signal, lost) => openObserver(connectionOptions(signal, lost)),
    destroy,
    openTimeoutMs: OPEN_TIMEOUT_MS,
    maxDelayMs: 500,
  });
  const managementClient = target.management_url
    ? createManagementClient(
        { url: target.management_url, interval: MANAGEMENT_INTERVAL_MS, timeout: MANAGEMENT_TIMEOUT_MS },
        amqpVhost(url),
        names
      )
    : undefined;
  const management = managementClient
    ? createBackground({
        intervalMs: MANAGEMENT_INTERVAL_MS,
        timeoutMs: MANAGEMENT_TIMEOUT_MS,
        run: (signal) => managementClient.report(signal),
      })
    : undefined;
  loopback.onChange(notify);
  loopback.onChange(() => management?.expire());

  async function checkLiveness(signal: AbortSignal): Promise<{ version?: string; blocked?: string }> {
    const found = await using(loopback, signal, async ({ connection, roundTrip }) => {
      const outcome = await roundTrip(signal);
      const { version, blocked = 'resource alarm' } = connection;
      return outcome === 'delivered' ? { version } : { version, blocked };
    });
    // It takes no messages: does it answer questions?
    if (found.blocked !== undefined) await using(observer, signal, ({ ask }) => ask(signal));
    return found;
  }

  /**
   * Gives a connection up when the deadline passes while it is used. Where it breaks (a broker drops a client that stood still
   * for too long), a new one has the word, if it can be had in time.
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
      const silence = new NoAnswer(noAnswer(address, timeout));
      if (connection !== undefined) kept.drop(silence, connection);
      throw silence;
    }
  }

  /** Never later than its limit, and never a reason for a failure: the liveness check says whether the broker works. */
  async function inspectQueues(signal: AbortSignal): Promise<(QueueCount | QueueProblem)[] | Error> {
    return withDeadline(signal, timeout * 0.6, async (limit) => {
      try {
        return await (await observer.get(limit)).inspect(names, limit);
      } catch (error) {
        log.debug({ reason: describeError(error, secrets) }, 'queues could not be counted');
        return limit.aborted ? new Error('no answer in time') : toError(error);
      }
    });
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    management?.startIfDue();
    const inspection = names.length > 0 ? inspectQueues(signal) : Promise.resolve([]);
    const started = performance.now();
    try {
      const { version, blocked } = await checkLiveness(signal);
      const responseTimeMs = performance.now() - started;
      return rabbitmqResult({
        responseTimeMs,
        version,
        blocked,
        limits: queues,
        inspection: await inspection,
        management: management?.value,
        managementError: management?.error,
      });
    } catch (error) {
      return { status: 'unhealthy', error: describeError(error, secrets), reason: reasonOf(error) };
    }
  }

  return {
    run,
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      closing = true;
      listeners.clear();
      management?.close();
      loopback.close();
      observer.close();
      managementClient?.close();
      await Promise.all(endings);
    },
  };
}
