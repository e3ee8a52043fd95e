/**
 * Updates the landing page once a second, and immediately when the stream reports a status change. It always shows HTML
 * rendered by the server, so there is one renderer, and the page is the same without JavaScript.
 */
import type { Status, STREAM_PATH, StreamEvent } from '@onehertz/contract';

/** Types only: the browser loads this file without bundling. */
const CHANGES: readonly StreamEvent[] = ['service:health', 'websdrs:health'];
const PATH: typeof STREAM_PATH = '/api/v1/stream';
const USUAL: Status = 'healthy';

const RECONNECT_MS = 1000;
/** Without an update for this long, the page is marked as stale. */
const STALE_MS = 3000;

const connection = byId('connection');
const announcer = byId('announcer');
/** Absent if on-demand probes are disabled. */
const probe = document.querySelector<HTMLButtonElement>('#probe');
/**
 * Time of the last update. `undefined` until the first one: the initial page may be of any age and is marked as not
 * live.
 */
let lastUpdate: number | undefined;
let refreshing: Promise<void> | undefined;
let again = false;

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** Fetches the board and patches the page. Calls during a fetch cause one more fetch after it. */
function refresh(): void {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = update()
    .catch(() => undefined) // the page is marked as stale by its age
    .finally(() => {
      refreshing = undefined;
      if (again) {
        again = false;
        refresh();
      }
    });
}

async function update(): Promise<void> {
  const response = await fetch('/board', { cache: 'no-store', signal: AbortSignal.timeout(STALE_MS) });
  if (!response.ok) throw new Error(`the exporter answered ${response.status}`);
  const before = statuses();
  morphdom(byId('board'), await response.text());
  announce(before, statuses());
  lastUpdate = Date.now();
  showConnection();
}

function statuses(): Map<string, string> {
  const cards = document.querySelectorAll<HTMLElement>('.card');
  return new Map([...cards].map((card) => [card.querySelector('h3')?.textContent ?? '', card.dataset.status ?? '']));
}

/** Announces status changes to screen readers, in one sentence per update. */
function announce(before: Map<string, string>, after: Map<string, string>): void {
  // on large boards, components may appear here for the first time when they need attention
  const changes = [...after].filter(([name, status]) => (before.get(name) ?? USUAL) !== status);
  if (changes.length > 0) announcer.textContent = changes.map(([name, status]) => `${name} is ${status}`).join(', ');
}

function showConnection(): void {
  if (lastUpdate === undefined) return;
  const seconds = Math.round((Date.now() - lastUpdate) / 1000);
  const stale = Date.now() - lastUpdate > STALE_MS;
  document.body.classList.toggle('stale', stale);
  const text = stale ? `No contact with the exporter: what you see is ${seconds} s old.` : 'Live';
  if (connection.textContent !== text) connection.textContent = text;
}

function connect(): void {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${PATH}?events=${CHANGES.join()}`);
  socket.onmessage = refresh;
  socket.onclose = () => setTimeout(connect, RECONNECT_MS);
}

if (probe) {
  probe.hidden = false;
  probe.onclick = () => {
    probe.disabled = true;
    void fetch('/api/v1/probe', { method: 'POST' })
      .catch(() => undefined)
      .finally(() => {
        probe.disabled = false;
        refresh();
      });
  };
}
setInterval(() => {
  refresh();
  showConnection();
}, 1000);
refresh();
connect();
