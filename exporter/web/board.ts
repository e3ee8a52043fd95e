/** The script of the landing page: keeps it live, copies what is broken, probes on demand. */
import { announce, byId } from './dom.js';
import { goLive } from './live.js';
import { createSignals } from './signals.js';

const PROBE_PATH = 'api/v1/probe';
const COPY = 'Copy for chat';
const NOTICE_MS = 2000;

const copy = byId('copy') as HTMLButtonElement;
/** Absent if on-demand probes are disabled. */
const probe = document.querySelector<HTMLButtonElement>('#probe');

/** What is broken, with the address of this page, as text for a chat. */
async function copyForChat(): Promise<void> {
  const lines = `${byId('headline').dataset.chat ?? ''}\n${location.href}`;
  const outcome = (await copied(lines)) ? 'Copied' : 'The browser does not allow copying on this page';
  announce(outcome);
  copy.textContent = outcome;
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

copy.hidden = false;
copy.onclick = () => void copyForChat();
const refresh = goLive(createSignals());
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
