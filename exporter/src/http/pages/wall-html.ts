/**
 * The board for a screen on a wall: what is broken, then a tile for each kind and a card for each of its components. The page's script
 * sizes them so that all of it is in the picture (exporter/web/wall-layout.ts).
 */
import { countStatuses, healthyText, kindTitle } from '@onehertz/contract';
import type { Board } from '../../board/board';
import type { ComponentState } from '../../board/state';
import { mainHtml, statusCountsText } from './board-html';
import { bareCardHtml, shortCardHtml } from './card-html';
import { headlineHtml } from './headline-html';
import { html, whileLive, type Html } from './html';
import { mostUrgentFirst, sectionsOf } from './sections';
import { kindTile, systemTile } from './tiles-html';

/** Names of more could not be read from afar; the others are counted, the most urgent ones are shown. */
const MAX_NOT_HEALTHY = 24;
/** Of more healthy components no screen can show the names; the tiles of their kinds count them. */
const MAX_HEALTHY = 300;

/** The wall at time `now`, in milliseconds since the epoch. */
export function wallHtml(board: Board, now: number): Html {
  const urgent = mostUrgentFirst(board);
  const healthy = urgent.filter(isHealthy);
  const rest = urgent.filter((state) => !isHealthy(state));
  const isCounted = healthy.length > MAX_HEALTHY;
  const shown = new Set([...rest.slice(0, MAX_NOT_HEALTHY), ...(isCounted ? [] : healthy)]);
  const counts = { total: urgent.length, healthy: healthy.length };
  return mainHtml(
    board,
    now,
    html`<div class="first">
        ${systemTile(board, html`<span class="tile-more">${whileLive(healthyText(counts), '')}</span>`)}
        ${board.guard('', 'page', () => headlineHtml(board, now), html``)}
      </div>
      <div class="fields">
        ${Array.from(sectionsOf(urgent), ([kind, states]) => section(kind, states, { board, shown, now }))}
      </div>`,
    isCounted ? 'wall counted' : 'wall'
  );
}

interface Shown {
  board: Board;
  shown: ReadonlySet<ComponentState>;
  /** In milliseconds since the epoch. */
  now: number;
}

function section(kind: string, states: readonly ComponentState[], { board, shown, now }: Shown): Html {
  const { healthy } = countStatuses(states).byStatus;
  const left = states.filter((state) => !isHealthy(state) && !shown.has(state));
  const count = html`<span class="tile-more healthy-count">${whileLive(`+ ${healthy} healthy`, '')}</span>`;
  return html`<section aria-label="${kindTitle(kind)}" id="section-${kind}">
    ${kindTile(kind, states, healthy > 0 ? count : undefined)}
    <ul class="cards">
      ${states.filter((state) => shown.has(state)).map((state) => board.guard(state.target.name, 'page', () => shortCardHtml(state, board, now), bareCardHtml(state)))}
      ${left.length > 0 && html`<li class="more">… and ${left.length} more: ${whileLive(statusCountsText(left), 'stale')}</li>`}
    </ul>
  </section>`;
}

const isHealthy = ({ status }: ComponentState) => status === 'healthy';
