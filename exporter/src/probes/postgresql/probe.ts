/** PostgreSQL: a SELECT on a kept session; less often, a check for new connections, and statistics. */
import { tlsOf } from '../../fields/tls';
import { CONNECTED, lacksDescriptors, NoAnswer, noAnswer } from '../../text/errors';
import { reasonOf } from '../../text/failure-reason';
import { createBackground } from '../kit/background';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import { createSlots } from '../kit/slots';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { describeFigures } from './figures/describe';
import { createDetails } from './figures/details';
import { createSizeReader } from './figures/size';
import { cancelStatement } from './session/cancel';
import { checkAccepting } from './session/door';
import { asRejection, describePostgresqlError } from './session/errors';
import { logIn, type Session } from './session/login';
import { createLoginTimeout } from './session/login-timeout';
import { ask, isConsole } from './session/question';
import { changedRole, openSession, WrongRole } from './session/session';
import type { Way } from './session/stream';
import { keyOf } from './session/wire';
import type { PostgresqlTarget } from './settings';
import { resolveConnection } from './url/connection';
import { readUri } from './url/uri';

/** Timeout of a new connection as a multiple of the probe's timeout. */
const NEW_CONNECTION_TIMEOUTS = 2.5;
/** Each check is logged by a pooler, whose single process also answers queries. */
const POOLER_INTERVAL_MS = 60_000;
/** How long `close` waits for the server to close connections. */
const CLOSE_MS = 300;

export function create(target: PostgresqlTarget, { log, secrets }: ProbeContext): Probe {
  const { timeout, new_connection_interval: intervalMs } = target;
  const uri = readUri(target.url);
  if (uri.problem !== undefined) throw new Error(uri.problem);
  const settings = resolveConnection(uri.values, process.env, {
    name: `onehertz:${target.name}`,
    tls: tlsOf(target),
  });
  const sentence = (error: unknown) => describePostgresqlError(error, secrets);
  const slots = createSlots();
  const loginTimeout = createLoginTimeout(timeout, settings.connectTimeoutMs);
  const ways = new Map<string, Way>();
  let version: string | undefined;
  let wasFull = false;
  let isChecking = false;
  /** The session that responded last. */
  let kept: Session | undefined;
  const keptSession = (): Session => {
    if (kept === undefined) throw new Error('not connected');
    return kept;
  };

  const connection = createKeptConnection<Session>({
    async open(signal, lost) {
      const started = performance.now();
      const common = { settings, ways, take: slots.take, signal, lost, connectMs: timeout, loginMs: loginTimeout.ms };
      try {
        const session = await openSession(common);
        loginTimeout.succeeded(performance.now() - started);
        return session;
      } catch (error) {
        loginTimeout.failed(performance.now() - started);
        throw error;
      }
    },
    destroy: (session) => session.leave(),
    // each login has its own timeout; an aborted one continues in the server
    openTimeoutMs: 2 * loginTimeout.longestMs * settings.places.length,
    waitMs: timeout,
    maxDelayMs: 500,
  });

  // A server with a hanging postmaster responds on open connections, but accepts no new ones.
  const createDoor = (everyMs: number) =>
    createBackground({
      intervalMs: everyMs,
      // no tick waits for it, so it may be slow
      timeoutMs: Math.min(NEW_CONNECTION_TIMEOUTS * timeout, intervalMs),
      run(signal) {
        // a hanging connection ends when the server closes it; then it may be tried again
        const slot = slots.takeSpare(() => signal.aborted && door.expire());
        isChecking = true;
        return checkAccepting({ route: keptSession().route, settings, connectMs: timeout, signal, slot }).finally(
          () => {
            isChecking = false;
          }
        );
      },
    });
  const directDoor = createDoor(intervalMs);
  const poolerDoor = createDoor(Math.max(intervalMs, POOLER_INTERVAL_MS));
  let door = directDoor;

  const size = createSizeReader({
    mayOpen: () => slots.hasSpare,
    async open(signal) {
      const session = await logIn(keptSession().route, {
        ...{ settings, signal, connectMs: timeout, loginMs: loginTimeout.ms },
        slot: slots.takeSpare(),
        lost: () => undefined,
      });
      return { session, cancel: () => void cancelStatement(session, timeout, CLOSE_MS) };
    },
    onFailed: (error) => log.debug(`the size of the database is not known: ${sentence(error)}`),
  });
  const details = createDetails({
    ...{ intervalMs, timeoutMs: timeout, size },
    onRefused: (name, error) => log.debug(`no figure ${name}: ${sentence(error)}`),
  });
  connection.onChange(() => door.expire());

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let session: Session | undefined;
    try {
      session = await connection.get(signal);
      await abortable(details.use(session.client), signal);
      const responseTimeMs = await ask(session, signal);
      kept = session;
      const { unreadable } = details;
      // the session answers: to connect anew would change nothing
      if (unreadable) return { status: 'unhealthy', error: unreadable.message, reason: 'protocol', responseTimeMs };
      const wrong = details.isKnown && changedRole(settings.sessionAttributes, details.figures);
      if (wrong) throw new WrongRole(wrong);
      return { responseTimeMs, ...judge(session) };
    } catch (error) {
      const reason = signal.aborted ? new NoAnswer(noAnswer(timeout, session && CONNECTED)) : asRejection(error);
      if (session) connection.drop(reason, session);
      return { status: 'unhealthy', error: sentence(reason), reason: reasonOf(reason) };
    }
  }

  function judge(session: Session): Omit<ProbeResult, 'responseTimeMs'> {
    const greeting = digitsOf(session.serverVersion);
    if (isConsole(session)) return { status: 'healthy', version: greeting };
    const { figures } = details;
    // another process than in the greeting: there is a pooler in between
    if (details.isKnown) door = figures.processId === keyOf(session.client).processID ? directDoor : poolerDoor;
    const { trouble, attention, full, ...described } = describeFigures(figures);
    if (full !== undefined && !wasFull) door.expire();
    wasFull = full !== undefined;
    if (details.isKnown && slots.hasSpare) door.startIfDue();
    details.startIfDue();
    if (details.isKnown) version = digitsOf(figures.version) ?? greeting;
    const common = { version, ...described };
    const { error } = door;
    const refusal =
      error && !lacksDescriptors(error)
        ? `answers on the open connection, but accepts no new connections: ${sentence(error)}`
        : // unknown while it is being determined
          !isChecking && full;
    const message = refusal || trouble;
    if (message) return { ...common, status: 'degraded', message };
    // where nobody wants to write, nothing is missing
    const mayNotWrite = attention !== undefined && settings.sessionAttributes !== 'read-only';
    return mayNotWrite ? { ...common, status: 'warning', message: attention } : { ...common, status: 'healthy' };
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    retryNow() {
      connection.retryNow();
      details.retryNow();
    },
    async close() {
      directDoor.close();
      poolerDoor.close();
      size.close();
      connection.close();
      await slots.close(CLOSE_MS);
    },
  };
}

/** `15.18` of `15.18 (Debian 15.18-0+deb12u1)` */
function digitsOf(version: string | undefined): string | undefined {
  return version === undefined ? undefined : (/^\d+(\.\d+)*/.exec(version)?.[0] ?? version);
}
