/**
 * Updates the page once a second, and immediately when the stream reports a status change. It always shows HTML rendered by the server, so
 * there is one renderer, and the page is the same without JavaScript.
 */
import type { Status, STREAM_PATH, StreamEvent } from '@onehertz/contract';
import { announce, byId } from './dom.js';

/** Types only: the browser loads this file without bundling. Paths are relative to the page, which may be behind a proxy's sub-path. */
const CHANGES: readonly StreamEvent[] = ['service:health', 'websdrs:health'];
const PATH: typeof STREAM_PATH = '/api/v1/stream';
const USUAL: Status = 'healthy';

const BRAND = 'Onehertz';
const RECONNECT_MS = 1000;
/** Without an update for this long, the page is marked as stale. */
const STALE_MS = 3000;

export interface Listeners {
  /** The page shows what the exporter said just now. */
  updated(): void;
  /** The exporter did not answer. @param lastUpdate in milliseconds since the epoch; `undefined` before the first one */
  failed(lastUpdate: number | undefined): void;
}

/** @returns updates the page now; calls during an update cause one more after it */
export function goLive({ updated, failed }: Listeners): () => void {
  const connection = byId('connection');
  const source = document.body.dataset.source ?? '';
  /** `undefined` until the first update: the initial page may be of any age and is marked as not live. */
  let lastUpdate: number | undefined;
  let refreshing: Promise<void> | undefined;
  let again = false;

  function refresh(): void {
    if (refreshing) {
      again = true;
      return;
    }
    refreshing = update()
      .then(updated, () => failed(lastUpdate)) // the page is marked as stale by its age
      .finally(() => {
        refreshing = undefined;
        if (again) {
          again = false;
          refresh();
        }
      });
  }

  async function update(): Promise<void> {
    const response = await fetch(source, { cache: 'no-store', signal: AbortSignal.timeout(STALE_MS) });
    if (!response.ok) throw new Error(`the exporter answered ${response.status}`);
    const before = statuses();
    morphdom(byId('board'), await response.text());
    announceChanges(before, statuses());
    lastUpdate = Date.now();
    showConnection();
  }

  function showConnection(): void {
    if (lastUpdate === undefined) return;
    const seconds = Math.round((Date.now() - lastUpdate) / 1000);
    const stale = Date.now() - lastUpdate > STALE_MS;
    document.body.classList.toggle('stale', stale);
    const text = stale ? `Connection to the exporter lost: this data is ${seconds} s old.` : 'Live';
    if (connection.textContent !== text) connection.textContent = text;
    showTab(stale);
  }

  function connect(): void {
    const address = new URL(`.${PATH}?events=${CHANGES.join()}`, location.href);
    address.protocol = address.protocol.replace(/^http/, 'ws');
    const socket = new WebSocket(address);
    socket.onmessage = refresh;
    socket.onclose = () => setTimeout(connect, RECONNECT_MS);
  }

  setInterval(() => {
    refresh();
    showConnection();
  }, 1000);
  refresh();
  connect();
  return refresh;
}

/** What the tab says: how many are down, in title and icon; that nothing is known, while there is no contact. */
function showTab(stale: boolean): void {
  const { title = '', status = '' } = byId('board').dataset;
  const said = stale ? 'no contact' : title;
  document.title = said === '' ? BRAND : `${said} – ${BRAND}`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = `assets/icon-${stale ? 'unknown' : status}.svg`;
  if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}

function statuses(): Map<string, string> {
  const cards = document.querySelectorAll<HTMLElement>('.card');
  return new Map([...cards].map((card) => [card.querySelector('h3')?.textContent ?? '', card.dataset.status ?? '']));
}

/** Announces status changes to screen readers, in one sentence per update. */
function announceChanges(before: Map<string, string>, after: Map<string, string>): void {
  // on large boards, components may appear here for the first time when they need attention
  const changes = [...after].filter(([name, status]) => (before.get(name) ?? USUAL) !== status);
  if (changes.length > 0) announce(changes.map(([name, status]) => `${name} is ${status}`).join(', '));
}
