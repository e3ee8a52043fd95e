/** What all pages have in common: they show the board, and work without JavaScript too. */
import { OVERALL_STATUS } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { clock } from './clock';
import { pageTitle, tabText } from './headline-html';
import { html, type Html } from './html';

export interface PageOptions {
  /** Name of its module in `exporter/web`, without the ending. */
  script: string;
  /** Style sheets in `assets`, without the ending. */
  styles: readonly string[];
  /** From where its script gets the board, relative to the page. */
  source: string;
  header: Html;
  main: Html;
  footer?: Html;
}

/**
 * The page is marked as not live; its script removes the mark when it has received data from the exporter.
 * @param now in milliseconds since the epoch
 */
export function pageHtml(
  board: Board,
  now: number,
  { script, styles, source, header, main, footer }: PageOptions
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${pageTitle(tabText(board))}</title>
        <link rel="icon" href="assets/icon-${OVERALL_STATUS[board.overall]}.svg" type="image/svg+xml" />
        ${styles.map((name) => html`<link rel="stylesheet" href="assets/${name}.css" />`)}
        <noscript>
          <meta http-equiv="refresh" content="5" />
          <link rel="stylesheet" href="assets/no-script.css" />
        </noscript>
        <script src="assets/morphdom.js" defer></script>
        <script type="module" src="assets/${script}.js"></script>
      </head>
      <body class="stale" data-source="${source}">
        <header>
          <a class="brand" href="."><img src="assets/icon.svg" alt="" width="28" height="28" />Onehertz</a>
          <p class="connection" id="connection" role="status">
            Not live: last known state at ${clock(now)}.<noscript> Reloads every 5 seconds.</noscript>
          </p>
          ${header}
        </header>
        ${main} ${footer}
        <div id="announcer" class="visually-hidden" role="status"></div>
      </body>
    </html> `;
}

/** Switches of sound and notifications; the script shows them. */
export const SIGNAL_BUTTONS = html`<button id="sound" type="button" aria-pressed="false" hidden>Sound</button>
  <button id="notify" type="button" aria-pressed="false" hidden>Notify</button>`;
