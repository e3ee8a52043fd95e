/** What a session is asked to see that it answers. */
import { abortable } from '../kit/kept-connection';
import { sqlState } from './errors';
import type { Session } from './login';

/** The consoles of poolers know no SELECT. */
const SHOW_VERSION = 'SHOW VERSION';

/** Whether it speaks of the pooler itself, and of no database. */
export const isConsole = ({ question }: Session) => question === SHOW_VERSION;

/** Resolves when it has answered, with how long that took. A question that it does not know is asked once. */
export async function ask(session: Session, signal: AbortSignal): Promise<number> {
  // PgBouncer says so in its greeting, and writes a line into its log for each question that it does not know
  if (session.serverVersion?.endsWith('/bouncer')) session.question = SHOW_VERSION;
  const started = performance.now();
  try {
    await abortable(session.client.query(session.question), signal);
  } catch (error) {
    if (signal.aborted || sqlState(error) === undefined || isConsole(session)) throw error;
    try {
      await abortable(session.client.query(SHOW_VERSION), signal);
    } catch {
      throw error;
    }
    session.question = SHOW_VERSION;
  }
  return performance.now() - started;
}
