/** What a person is called for: what is new since the last update, and not more often than can be borne. All times in milliseconds. */
import type { Alarm, Alarms } from '@onehertz/contract';

export interface Notice {
  kind: 'failure' | 'recovery' | 'no-contact';
  text: string;
}

export interface AlarmWatch {
  /**
   * @param allGood whether all components are healthy or in maintenance @param now by a clock that is never set
   * @returns what is to be said, if anything
   */
  update(alarms: Alarms, allGood: boolean, now: number): Notice | undefined;
  /** The exporter did not answer. @param lastUpdate and `now`: since the epoch; `undefined` before the first one @returns as above */
  failed(lastUpdate: number | undefined, now: number): Notice | undefined;
}

/** A component is announced at most once in this time: it may flap. */
const AGAIN_MS = 60_000;
/** What followed from another failure, or was unknown, has so long to recover with it. */
const SETTLE_MS = 5000;
/** Without contact for so long, and after so many requests: a computer that wakes up has not asked yet. */
const CONTACT_MS = 10_000;
const CONTACT_REQUESTS = 3;
/** A notification shows a few lines. */
const MAX_LINES = 3;

/** What is broken at the first update is taken as known. */
export function createAlarmWatch(): AlarmWatch {
  /** Status of those that are known as broken, and have not been repaired since; `undefined` before the first update. */
  let known: Map<string, string> | undefined;
  /** When a status of a component was announced, and when a component was last open or flapping. */
  const announced = new Map<string, number>();
  const unsettledAt = new Map<string, number>();
  /** A failure is known whose end was not announced. */
  let owesRecovery = false;
  let failures = 0;
  let saidNoContact = false;

  const keyOf = ({ component, status }: Alarm) => `${status} ${component}`;

  function isDue(alarm: Alarm, now: number): boolean {
    const again = (announced.get(keyOf(alarm)) ?? -Infinity) + AGAIN_MS;
    const settled = (unsettledAt.get(alarm.component) ?? -Infinity) + SETTLE_MS;
    return now >= Math.max(again, settled);
  }

  return {
    update({ failing, open, flapping }, allGood, now) {
      failures = 0;
      saidNoContact = false;
      const byName = new Map(failing.map((alarm) => [alarm.component, alarm]));
      const unsettled = new Set([...open, ...flapping]);
      if (!known) {
        known = new Map(failing.map(({ component, status }) => [component, status]));
        owesRecovery = known.size > 0;
      }
      for (const [component, status] of known) {
        const alarm = byName.get(component);
        if (alarm && isWorse(status, alarm.status)) known.set(component, alarm.status);
        else if (!alarm && !unsettled.has(component)) known.delete(component);
      }
      const seen = known;
      const news = failing.filter((alarm) => isWorse(alarm.status, seen.get(alarm.component)) && isDue(alarm, now));
      for (const component of unsettled) unsettledAt.set(component, now);
      for (const alarm of news) {
        known.set(alarm.component, alarm.status);
        announced.set(keyOf(alarm), now);
        owesRecovery = true;
      }
      if (news.length > 0) return { kind: 'failure', text: textOf(news) };
      if (!allGood || known.size > 0 || flapping.length > 0 || !owesRecovery) return undefined;
      owesRecovery = false;
      // while all is good, those that are open are in maintenance
      return { kind: 'recovery', text: `All healthy again${open.length > 0 ? ', except what is in maintenance' : ''}` };
    },

    failed(lastUpdate, now) {
      failures++;
      const isLost = lastUpdate !== undefined && now - lastUpdate > CONTACT_MS && failures >= CONTACT_REQUESTS;
      if (!isLost || saidNoContact) return undefined;
      saidNoContact = true;
      return { kind: 'no-contact', text: `No contact with the exporter since ${timeOfDay(lastUpdate)}` };
    },
  };
}

/** Whether `status` is news to somebody who knows of `than`; `undefined`: of nothing. */
function isWorse(status: string, than: string | undefined): boolean {
  return than === undefined || (status === 'unhealthy' && than !== 'unhealthy');
}

function textOf(news: readonly Alarm[]): string {
  const lines = news.slice(0, MAX_LINES).map(({ text }) => text);
  const more = news.length - lines.length;
  if (more > 0) lines.push(`${more} more ${more === 1 ? 'failure' : 'failures'}`);
  return lines.join('\n');
}

/** `12:03:10`, on the viewer's clock. @param at since the epoch */
export function timeOfDay(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
