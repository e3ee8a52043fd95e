/** MySQL and MariaDB: a SELECT on a kept session; beside it, now and then, a new one, which reads the figures and leaves. */
import { withDeadline } from '../../runtime/deadline';
import { CONNECTED, describeError, lacksDescriptors, NoAnswer, noAnswer, toError } from '../../text/errors';
import { createBackground } from '../kit/background';
import { createBackoff, createDoubling } from '../kit/backoff';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import { createSlots, type Slot } from '../kit/slots';
import { UnreadableFigure } from '../kit/sql/columns';
import { tlsOptions } from '../kit/tls';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { addressOf } from './address';
import { describeFigures } from './describe';
import { explain, isFull, serverError } from './errors';
import { createFigureReader, type Figures } from './figures';
import { checkOne } from './read';
import { isMariadb, openSession, type Session } from './session';
import type { MysqlTarget } from './settings';

/** How many deadlines of a probe a new session may take before that is a fault. */
const NEW_SESSION_TIMEOUTS = 2.5;
/** An attempt that is given up counts against us in the server, so it has this long, and doubly so each time it was not enough. */
const LOGIN_MS = { minDelayMs: 60_000, maxDelayMs: 600_000 };
/** How long `close` waits for the server to see us go. */
const CLOSE_MS = 300;

export function create(target: MysqlTarget, { log, secrets }: ProbeContext): Probe {
  const { timeout, interval, new_connection_interval: visitEveryMs } = target;
  const address = addressOf(target.url, target.password);
  const tls = target.tls && tlsOptions(target.tls, address.host);
  const meaning = (error: unknown) => explain(error, secrets, tls !== undefined);
  const slots = createSlots();
  const loginLimits = createDoubling(LOGIN_MS);
  /** A new session that is refused, for its password perhaps, is not tried again at once. */
  const rejections = createBackoff({ minDelayMs: 0, maxDelayMs: 0 });
  const reader = createFigureReader((name, error) => log.debug(`no figures ${name}: ${meaning(error).text}`));
  const closing = new AbortController();
  const doorMs = Math.min(NEW_SESSION_TIMEOUTS * timeout, visitEveryMs);
  const statementMs = Math.max(50, Math.min(1000, timeout));
  let loginMs = loginLimits.next();
  let notBefore = 0;

  async function open(slot: Slot, signal: AbortSignal, lost: (error: Error) => void): Promise<Session> {
    const started = performance.now();
    // the server forgets whom it has not heard for ten probes
    const silentS = Math.max(60, Math.ceil(interval / 100));
    const login = { address, tls, publicKey: target.server_public_key, name: `onehertz:${target.name}` };
    const limits = { connectMs: timeout, loginMs, statementMs, silentS };
    try {
      const session = await openSession({ ...login, ...limits, slot, signal, lost });
      loginLimits.reset();
      loginMs = loginLimits.next();
      return session;
    } catch (error) {
      if (performance.now() - started >= loginMs) loginMs = loginLimits.next();
      throw error;
    }
  }

  const connection = createKeptConnection<Session>({
    open: async (signal, lost) => open(await slots.take(signal), signal, lost),
    destroy: (session) => session.leave(),
    openTimeoutMs: 2 * LOGIN_MS.maxDelayMs,
    waitMs: timeout,
    maxDelayMs: 500,
  });

  /** A new session, which is never aborted: one that comes too late is still closed properly. */
  async function visit(signal: AbortSignal): Promise<Partial<Figures>> {
    const opening = open(slots.takeSpare(), closing.signal, () => undefined);
    let session: Session;
    try {
      session = await withDeadline(signal, doorMs, (limited) => abortable(opening, limited));
      rejections.reset();
    } catch (error) {
      opening.then((late) => late.leave()).catch(() => undefined);
      notBefore = performance.now() + rejections.next(toError(error));
      throw error;
    }
    const figures = await reader.read(session, timeout);
    session.leave();
    // without this one
    if (figures.connections !== undefined) figures.connections -= 1;
    return figures;
  }

  const door = createBackground({ intervalMs: visitEveryMs, timeoutMs: doorMs + 2 * timeout, run: visit });
  connection.onChange(() => door.expire());
  /** Read on the kept session, while nobody else gets in. */
  const inside = createBackground({
    intervalMs: visitEveryMs,
    timeoutMs: 2 * timeout,
    run: async (signal) => reader.read(await connection.get(signal), timeout),
  });

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let session: Session | undefined;
    try {
      session = await connection.get(signal);
      const started = performance.now();
      const rows = await abortable(session.query('SELECT 1'), signal);
      const responseTimeMs = performance.now() - started;
      checkOne(rows);
      return { responseTimeMs, ...judge(session) };
    } catch (error) {
      const reason = signal.aborted ? new NoAnswer(noAnswer(timeout, session && CONNECTED)) : toError(error);
      if (session && !stands(reason)) connection.drop(reason, session);
      const { text, reason: why } = meaning(reason);
      return { status: 'unhealthy', error: text, reason: why };
    }
  }

  function judge({ version: greeted }: Session): Omit<ProbeResult, 'responseTimeMs'> {
    if (slots.hasSpare && performance.now() >= notBefore) door.startIfDue();
    const { error } = door;
    const full = error !== undefined && isFull(error);
    if (full) inside.startIfDue();
    const figures = door.value ?? (full ? inside.value : undefined) ?? {};
    const software = isMariadb(greeted) ? 'MariaDB' : 'MySQL';
    const { trouble, ...described } = describeFigures(software, figures, reader.isRefused('replication'));
    const common = { version: versionOf(greeted), ...described };
    const refusal =
      error && !lacksDescriptors(error)
        ? `answers on the open connection, but accepts no new connections: ${meaning(error).text}`
        : undefined;
    const message = refusal ?? (trouble === undefined ? undefined : describeError(new Error(trouble), secrets));
    return message === undefined ? { ...common, status: 'healthy' } : { ...common, status: 'degraded', message };
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    retryNow() {
      notBefore = 0;
      connection.retryNow();
      reader.retryNow();
      door.expire();
    },
    async close() {
      door.close();
      inside.close();
      connection.close();
      await slots.close(CLOSE_MS);
      closing.abort(new Error('closed'));
    },
  };
}

/** Whether the session can be used on after it: the server said no, or something else than was asked for. */
const stands = (error: Error) => serverError(error) !== undefined || error instanceof UnreadableFigure;

/** `10.11.19` of `10.11.19-MariaDB-0+deb12u1` */
const versionOf = (greeted: string) => /^\d+(\.\d+)+/.exec(greeted)?.[0];
