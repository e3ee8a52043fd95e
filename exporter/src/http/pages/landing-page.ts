/** `/`: the live board as plain HTML. It works without JavaScript, and updates itself with JavaScript. */
import { OVERALL_STATUS, STATUSES } from '@onehertz/contract';
import { Router } from 'express';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Board } from '../../board/board';
import type { Placement } from '../../config/shard';
import type { Bodies } from '../bodies';
import { boardHtml } from './board-html';
import { clock } from './clock';
import { pageTitle, tabText } from './headline-html';
import { html, type Html } from './html';
import { statusIcon } from './icons';

/** `exporter/`, from `src/http` as from `dist/http`. */
const ROOT = join(__dirname, '..', '..', '..');

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
  const logo = readFileSync(join(ROOT, 'assets', 'icon.svg'), 'utf8');
  const file = (name: string, path: string) =>
    router.get(name, (_request, response) => response.sendFile(path, { maxAge: '1h' }));
  file('/assets/board.css', join(ROOT, 'assets', 'board.css'));
  file('/assets/no-script.css', join(ROOT, 'assets', 'no-script.css'));
  file('/assets/icon.svg', join(ROOT, 'assets', 'icon.svg'));
  for (const status of STATUSES)
    router.get(`/assets/icon-${status}.svg`, (_request, response) =>
      response.set('Cache-Control', 'public, max-age=3600').type('svg').send(statusIcon(logo, status))
    );
  file('/assets/board.js', join(ROOT, 'dist', 'web', 'board.js'));
  file('/assets/morphdom.js', require.resolve('morphdom/dist/morphdom-umd.min.js'));
  router.get('/favicon.ico', (_request, response) => response.redirect(301, 'assets/icon.svg'));

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

/** The page is marked as not live; its script removes the mark when it has received data from the exporter. */
function page({ board, version, placement, canProbe }: LandingPageOptions): Html {
  const now = Date.now();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${pageTitle(tabText(board))}</title>
        <link rel="icon" href="assets/icon-${OVERALL_STATUS[board.overall]}.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="assets/board.css" />
        <noscript>
          <meta http-equiv="refresh" content="5" />
          <link rel="stylesheet" href="assets/no-script.css" />
        </noscript>
        <script src="assets/morphdom.js" defer></script>
        <script type="module" src="assets/board.js"></script>
      </head>
      <body class="stale">
        <header>
          <a class="brand" href="."><img src="assets/icon.svg" alt="" width="28" height="28" />Onehertz</a>
          <p class="connection" id="connection" role="status">
            Not live: last known state at ${clock(now)}.<noscript> Reloads every 5 seconds.</noscript>
          </p>
          <nav aria-label="Outputs">
            <a href="metrics">Metrics</a>
            <a href="api/v1/components">JSON</a>
            <a href="api/v1/export.csv">CSV</a>
          </nav>
          <button id="copy" type="button" hidden>Copy for chat</button>
          ${canProbe && html`<button id="probe" type="button" hidden>Probe now</button>`}
        </header>
        ${boardHtml(board, now)}
        <footer>Onehertz ${version}: every component, once a second.${whichOne(placement)}</footer>
        <div id="announcer" class="visually-hidden" role="status"></div>
      </body>
    </html> `;
}
