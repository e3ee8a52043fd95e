/**
 * Keeps the landing page alive: it asks once a second, and at once when the stream says that a status changed. What is shown is
 * always the server's own HTML, so there is one renderer, and the page without JavaScript is the same page.
 */
import type { Status, StreamEvent } from '@onehertz/contract';

/** Types alone: the browser loads this file as it is. */
const CHANGES: readonly StreamEvent[] = ['service:health', 'websdrs:health'];
const USUAL: Status = 'healthy';

const RECONNECT_MS = 1000;
/** Without a tick for this long, what is shown is old, and the page says so. */
const STALE_MS = 3000;

const connection = byId('connection');
const announcer = byId('announcer');
/** Absent when probing on demand is switched off. */
const probe = document.querySelector<HTMLButtonElement>('#probe');
/** When the exporter was heard of last. What the page came with may be of any age: until then it says so itself. */
let lastUpdate: number | undefined;
let refreshing: Promise<void> | undefined;
let again = false;

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** Fetches the board and patches it in. Calls during a fetch are answered by one more fetch after it. */
function refresh(): void {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = update()
    .catch(() => undefined) // the stale mark says it
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

/** Tells screen readers of changes of status, all of one update in one sentence. */
function announce(before: Map<string, string>, after: Map<string, string>): void {
  // of very many components only those that need attention may be shown: they may be new here
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
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/stream?events=${CHANGES.join()}`);
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
