/** Tiles with a number or a word for many components, in the colour of the worst of them. */
import { countStatuses, kindTitle, OVERALL_STATUS, upText, type Status } from '@onehertz/contract';
import type { Board } from '../../board/board';
import type { ComponentState } from '../../board/state';
import { html, whileLive, type Html } from './html';

/** The overall word. @param more what else the tile says */
export function systemTile({ overall }: Board, more?: Html): Html {
  return tile(OVERALL_STATUS[overall], 'System', whileLive(overall, 'Unknown'), more);
}

/** How many components of a kind are up. @param more what else the tile says */
export function kindTile(kind: string, states: readonly ComponentState[], more?: Html): Html {
  const counts = countStatuses(states);
  const { total, worst } = counts;
  return tile(worst, kindTitle(kind), whileLive(`${upText(counts)}/${total}`, `?/${total}`), more);
}

function tile(status: Status, title: string, said: Html, more?: Html): Html {
  return html`<div class="tile ${status}">
    <span class="tile-title">${title}</span><strong>${said}</strong>${more}
  </div>`;
}
