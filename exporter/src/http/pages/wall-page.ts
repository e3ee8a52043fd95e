/** `/wall`: the board for a screen on a wall. It works without JavaScript, and updates and sizes itself with JavaScript. */
import { Router } from 'express';
import type { Board } from '../../board/board';
import type { Bodies } from '../bodies';
import { html, type Html } from './html';
import { pageHtml, SIGNAL_BUTTONS } from './page-html';
import { wallHtml } from './wall-html';

export interface WallPageOptions {
  board: Board;
  bodies: Bodies;
}

export function wallPage({ board, bodies }: WallPageOptions): Router {
  // the paths in the page are relative
  const router = Router({ strict: true });
  const whole = bodies.shared(() => page(board).text);
  const content = bodies.shared(() => wallHtml(board, Date.now()).text);
  router.get('/wall', (request, response, next) => whole(request, response.type('html'), next));
  router.get('/wall/', (_request, response) => response.redirect(301, '../wall'));
  router.get('/wall/board', (request, response, next) => content(request, response.type('html'), next));
  return router;
}

function page(board: Board): Html {
  const now = Date.now();
  return pageHtml(board, now, {
    script: 'wall',
    styles: ['board', 'wall'],
    source: 'wall/board',
    header: html`<div class="switches">${SIGNAL_BUTTONS}</div>
      <time id="clock" hidden></time>`,
    main: wallHtml(board, now),
  });
}
