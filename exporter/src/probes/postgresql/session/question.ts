/** The query that checks whether a session responds. */
import { abortable } from '../../kit/kept-connection';
import { isFatal, sqlState } from './errors';
import type { Session } from './login';

/** The admin consoles of poolers do not support SELECT. */
const SHOW_VERSION = 'SHOW VERSION';

/** Whether the session is with the pooler itself, not with a database. */
export const isConsole = ({ question }: Session) => question === SHOW_VERSION;

/** Resolves with the duration when it has responded. An unsupported query is sent only once. */
export async function ask(session: Session, signal: AbortSignal): Promise<number> {
  // PgBouncer is recognized by its greeting, because it logs each unsupported query
  if (session.serverVersion?.endsWith('/bouncer')) session.question = SHOW_VERSION;
  const started = performance.now();
  try {
    await abortable(session.client.query(session.question), signal);
  } catch (error) {
    if (signal.aborted || sqlState(error) === undefined || isFatal(error) || isConsole(session)) throw error;
    try {
      await abortable(session.client.query(SHOW_VERSION), signal);
    } catch {
      throw error;
    }
    session.question = SHOW_VERSION;
  }
  return performance.now() - started;
}
