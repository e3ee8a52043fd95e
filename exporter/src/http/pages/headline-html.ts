/** The headline of the landing page: what is broken, since when, why, and what it takes along. */
import { causeLasting, chatText, countStatuses, impactText, restTexts, type Cause } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { headlineAndAlarms } from '../../board/headline';
import { clock } from './clock';
import { html, whileLive, type Html } from './html';

/** How many causes are shown. */
const CAUSES_SHOWN = 5;

/** With what the page's script reads: `data-chat` as text for a chat, `data-alarms` for sound and notifications. @param now in milliseconds since the epoch */
export function headlineHtml(board: Board, now: number): Html {
  const { headline, alarms } = headlineAndAlarms(board, now);
  const shown = headline.causes.slice(0, CAUSES_SHOWN);
  return html`<section
    class="headline"
    id="headline"
    aria-label="What is broken"
    data-chat="${chatText(headline, now)}"
    data-alarms="${JSON.stringify(alarms)}"
  >
    ${
      headline.text !== '' &&
      html`<ul>
        ${shown.map((cause) => causeHtml(cause, now))}
        ${restTexts(headline, shown.length).map((text) => html`<li class="rest">${text}</li>`)}
      </ul>`
    }
  </section>`;
}

function causeHtml(cause: Cause, now: number): Html {
  const { component, display_name, status, reason } = cause;
  const impact = impactText(cause);
  return html`<li class="cause ${status}" id="cause-${component}">
    <a href="#component-${component}"><bdi>${display_name}</bdi></a>
    <strong>${whileLive(causeLasting(cause, now), `last known: ${causeLasting(cause, now)}, at ${clock(now)}`)}</strong
    >${reason !== undefined && html`: <bdi>${reason}</bdi>`}
    ${impact !== '' && html`<span class="impact">→ <bdi>${impact}</bdi></span>`}
  </li>`;
}

/** What a tab can say in a few characters: `2 down`; empty if all is well or nothing is known. */
export function tabText(board: Board): string {
  const { byStatus } = countStatuses(board.states());
  for (const [status, word] of [
    ['unhealthy', 'down'],
    ['degraded', 'degraded'],
    ['warning', 'warning'],
  ] as const)
    if (byStatus[status] > 0) return `${byStatus[status]} ${word}`;
  return '';
}

/** The title of the page, which names it in a tab. @param text see {@link tabText} */
export function pageTitle(text: string): string {
  return text === '' ? 'Onehertz' : `${text} – Onehertz`;
}
