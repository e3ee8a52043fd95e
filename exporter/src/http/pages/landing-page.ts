/** `/`: the live board as plain HTML. It works without JavaScript, and updates itself with JavaScript. */
import { Router } from 'express';
import type { Board } from '../../board/board';
import type { Placement } from '../../config/shard';
import type { Bodies } from '../bodies';
import { boardHtml } from './board-html';
import { html, type Html } from './html';
import { pageHtml, SIGNAL_BUTTONS } from './page-html';

export interface LandingPageOptions {
  board: Board;
  bodies: Bodies;
  version: string;
  placement: Placement;
  /** Whether visitors may trigger probes. */
  canProbe: boolean;
}

export function landingPage(options: LandingPageOptions): Router {
  const { board, bodies } = options;
  const router = Router();
  const whole = bodies.shared(() => page(options).text);
  /** What the page's script puts in place of the board that it shows. */
  const content = bodies.shared(() => boardHtml(board, Date.now()).text);
  router.get('/', (request, response, next) => whole(request, response.type('html'), next));
  router.get('/board', (request, response, next) => content(request, response.type('html'), next));
  return router;
}

/** Identifies one of several exporters: `Shard index 1 of 3, seen from eu-west.` */
function whichOne({ shard, vantage }: Placement): string {
  const part = shard.total > 1 ? [`shard index ${shard.index} of ${shard.total}`] : [];
  const text = [...part, ...(vantage ? [`seen from ${vantage}`] : [])].join(', ');
  return text && ` ${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function page({ board, version, placement, canProbe }: LandingPageOptions): Html {
  const now = Date.now();
  return pageHtml(board, now, {
    script: 'board',
    styles: ['board'],
    source: 'board',
    header: html`<nav aria-label="Outputs">
        <a href="wall">Wall</a>
        <a href="metrics">Metrics</a>
        <a href="api/v1/components">JSON</a>
        <a href="api/v1/export.csv">CSV</a>
      </nav>
      ${SIGNAL_BUTTONS}
      <button id="copy" type="button" hidden>Copy for chat</button>
      ${canProbe && html`<button id="probe" type="button" hidden>Probe now</button>`}`,
    main: boardHtml(board, now),
    footer: html`<footer>Onehertz ${version}: every component, once a second.${whichOne(placement)}</footer>`,
  });
}
