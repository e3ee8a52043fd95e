/**
 * Updates the landing page once a second, and immediately when the stream reports a status change. It always shows HTML
 * rendered by the server, so there is one renderer, and the page is the same without JavaScript.
 */
import type { Status, STREAM_PATH, StreamEvent } from '@onehertz/contract';

/** Types only: the browser loads this file without bundling. Paths are relative to the page, which may be behind a proxy's sub-path. */
const CHANGES: readonly StreamEvent[] = ['service:health', 'websdrs:health'];
const PATH: typeof STREAM_PATH = '/api/v1/stream';
const BOARD_PATH = 'board';
const PROBE_PATH = 'api/v1/probe';
const USUAL: Status = 'healthy';

const BRAND = 'Onehertz';
const COPY = 'Copy for chat';
const NOTICE_MS = 2000;
const RECONNECT_MS = 1000;
/** Without an update for this long, the page is marked as stale. */
const STALE_MS = 3000;

const connection = byId('connection');
const announcer = byId('announcer');
const copy = byId('copy') as HTMLButtonElement;
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
  const response = await fetch(BOARD_PATH, { cache: 'no-store', signal: AbortSignal.timeout(STALE_MS) });
  if (!response.ok) throw new Error(`the exporter answered ${response.status}`);
  const before = statuses();
  morphdom(byId('board'), await response.text());
  announce(before, statuses());
  lastUpdate = Date.now();
  showConnection();
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

/** What is broken, with the address of this page, as text for a chat. */
async function copyForChat(): Promise<void> {
  const lines = `${byId('headline').dataset.chat ?? ''}\n${location.href}`;
  announcer.textContent = (await copied(lines)) ? 'Copied' : 'The browser does not allow copying on this page';
  copy.textContent = announcer.textContent;
  setTimeout(() => (copy.textContent = COPY), NOTICE_MS);
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text); // no permission, or a page without TLS
  }
}

function copiedBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();

  const done = document.execCommand('copy');
  area.remove();
  return done;
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

copy.hidden = false;
copy.onclick = () => void copyForChat();
if (probe) {
  probe.hidden = false;
  probe.onclick = () => {
    probe.disabled = true;
    void fetch(PROBE_PATH, { method: 'POST' })
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
