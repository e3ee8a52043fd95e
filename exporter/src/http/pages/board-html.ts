/** The board as HTML: overview, one section per kind, the latest transitions. */
import { countStatuses, durationText, kindTitle, OVERALL_STATUS, SEVERITY } from '@onehertz/contract';
import type { Board } from '../../board/board';
import type { RecordedTransition } from '../../board/events';
import type { ComponentState } from '../../board/state';
import { bareCardHtml, cardHtml } from './card-html';
import { clock } from './clock';
import { headlineHtml, tabText } from './headline-html';
import { html, whileLive, type Html } from './html';
import { milliseconds } from './milliseconds';
import { mostUrgentFirst, sectionsOf } from './sections';
import { kindTile, systemTile } from './tiles-html';

const EVENTS_SHOWN = 12;
/** More cards would be slow to render every second, and hard to read. */
const MAX_CARDS = 300;

/** The board at time `now`, in milliseconds since the epoch. */
export function boardHtml(board: Board, now: number): Html {
  const urgent = mostUrgentFirst(board);
  const shown = new Set(urgent.slice(0, MAX_CARDS));
  const sections = sectionsOf(urgent);
  return mainHtml(
    board,
    now,
    html`<section class="overview" aria-label="Overview">
        ${systemTile(board)} ${board.kinds.map(({ kind }) => kindTile(kind, sections.get(kind) ?? []))}
      </section>
      ${board.guard('', 'page', () => headlineHtml(board, now), html``)}
      ${Array.from(
        sections,
        ([kind, states]) =>
          html`<section aria-labelledby="kind-${kind}" id="section-${kind}">
            <h2 id="kind-${kind}">${kindTitle(kind)} <span class="count">${states.length}</span></h2>
            <ul class="cards">
              ${states.filter((state) => shown.has(state)).map((state) => board.guard(state.target.name, 'page', () => cardHtml(state, board, now), bareCardHtml(state)))}
            </ul>
            ${notShown(states.filter((state) => !shown.has(state)))}
          </section>`
      )}
      ${events(board, now)}`
  );
}

/** The part of a page that its script replaces. @param style class of the element, if the page has its own layout */
export function mainHtml(board: Board, now: number, content: Html, style = 'page'): Html {
  const { overall, lateMs } = board;
  const title = tabText(board);
  return html`<main
    id="board"
    class="${style}"
    data-at="${now}"
    data-title="${title}"
    data-status="${OVERALL_STATUS[overall]}"
  >
    <h1 class="visually-hidden">System status</h1>
    ${lateMs !== undefined && late(lateMs)} ${content}
  </main>`;
}

function late(lateMs: number): Html {
  return html`<p class="notice" role="status">
    The exporter is late: for ${milliseconds(lateMs)} of the last second it could not read answers. The results may be
    incomplete; no component counts as down for it.
  </p>`;
}

function notShown(states: readonly ComponentState[]): Html | false {
  if (states.length === 0) return false;
  return html`<p class="text">
    Not shown here: ${statusCountsText(states)}. The JSON and the panel in Grafana have all of them.
  </p>`;
}

/** `2 unhealthy, 698 healthy`. */
export function statusCountsText(states: readonly ComponentState[]): string {
  const { byStatus } = countStatuses(states);
  return SEVERITY.filter((status) => byStatus[status] > 0)
    .map((status) => `${byStatus[status]} ${status}`)
    .join(', ');
}

function events(board: Board, now: number): Html {
  const latest = board.events.since(0).slice(-EVENTS_SHOWN).reverse();
  return html`<section aria-labelledby="events">
    <h2 id="events">Latest changes</h2>
    <ol class="events">
      ${latest.map((event) => transition(event, board, now))}
    </ol>
  </section>`;
}

function transition({ id, component, from, to, at, reason }: RecordedTransition, board: Board, now: number): Html {
  return html`<li id="event-${id}">
    <time datetime="${new Date(at).toISOString()}">${whileLive(`${durationText(now - at)} ago`, clock(at))}</time>
    <strong><bdi>${board.get(component)?.target.display_name ?? component}</bdi></strong>
    <span class="change">${from} → <span class="badge ${to}">${to}</span></span>
    <span class="text"><bdi>${reason}</bdi></span>
  </li>`;
}
