/** What a card says of maintenance and of silences of Alertmanager. */
import { durationText } from '@onehertz/contract';
import type { Silence } from '../../board/silence';
import type { ComponentState } from '../../board/state';
import { html, type Html } from './html';

/** `In maintenance for 12 min more, by Ada: upgrade.` */
export function maintenanceText({ asked }: ComponentState, now: number): Html {
  return asked ? html`In maintenance for ${lastsText(asked, now)}` : html`In maintenance.`;
}

/** `Alerts silenced for 12 min more, by Ada: upgrade.` or `Only ComponentSlow silenced for …`. */
export function silenceText(silence: Silence, now: number): Html {
  const { only, page } = silence;
  const what = only === '' ? html`Alerts silenced` : html`Only <bdi>${only}</bdi> silenced`;
  return html`${page === '' ? what : html`<a href="${page}" rel="noreferrer">${what}</a>`} for
  ${lastsText(silence, now)}`;
}

/** `12 min more, by Ada: upgrade.` */
function lastsText({ until, by, reason }: Pick<Silence, 'until' | 'by' | 'reason'>, now: number): Html {
  return html`${durationText(until - now)}
  more${by !== '' && html`, by <bdi>${by}</bdi>`}${reason !== '' && html`: <bdi>${reason}</bdi>`}.`;
}
