/** The board as HTML: overview, one section per kind, the latest transitions. */
import {
  bytesText,
  becauseText,
  besideText,
  compareUrgency,
  countStatuses,
  durationText,
  type JsonValue,
  kindTitle,
  lastingFrom,
  OVERALL_STATUS,
  SEVERITY,
  type Status,
  upText,
} from '@onehertz/contract';
import type { Board } from '../../board/board';
import { componentJson } from '../../board/component-json';
import { brokenDependencies } from '../../board/consequence';
import type { RecordedTransition } from '../../board/events';
import { urgencyOf } from '../../board/headline';
import type { ComponentState } from '../../board/state';
import { clock } from './clock';
import { headlineHtml, tabText } from './headline-html';
import { html, whileLive, type Html } from './html';
import { icon } from './icons';
import { maintenanceText, silenceText } from './muted-html';
import { stripHtml } from './strip-html';

/** A status is never shown by colour alone, but with a sign and a word. */
const SIGNS: Record<Status, string> = { healthy: '✓', degraded: '▾', warning: '!', unhealthy: '✕', unknown: '?' };
/** The word for outdated data, as in the panel. */
const STALE = 'stale';
const EVENTS_SHOWN = 12;
/** More cards would be slow to render every second, and hard to read. */
const MAX_CARDS = 300;
/** Details that the card already shows in another form. */
const NOT_SHOWN = new Set([
  'labels',
  'critical',
  'maintenance',
  'links',
  'stale',
  'consequence_of',
  'depends_on_down',
  'dependencies',
]);

/** The board at time `now`, in milliseconds since the epoch. */
export function boardHtml(board: Board, now: number): Html {
  const { kinds } = board;
  const urgent = mostUrgentFirst(board);
  const ofKind = (kind: string) => urgent.filter(({ target }) => target.kind === kind);
  const shown = new Set(urgent.slice(0, MAX_CARDS));
  const inOrder = [...new Set(urgent.map(({ target }) => target.kind))];
  const title = tabText(board);
  return html`<main id="board" data-at="${now}" data-title="${title}" data-status="${OVERALL_STATUS[board.overall]}">
    <h1 class="visually-hidden">System status</h1>
    ${board.lateMs !== undefined && late(board.lateMs)}
    <section class="overview" aria-label="Overview">
      <div class="tile ${OVERALL_STATUS[board.overall]}">
        <span class="tile-title">System</span><strong>${whileLive(board.overall, 'Unknown')}</strong>
      </div>
      ${kinds.map(({ kind, total }) => {
        const counts = countStatuses(ofKind(kind));
        return html`<div class="tile ${counts.worst}">
          <span class="tile-title">${kindTitle(kind)}</span
          ><strong>${whileLive(`${upText(counts)}/${total}`, `?/${total}`)}</strong>
        </div>`;
      })}
    </section>
    ${board.guard('', 'page', () => headlineHtml(board, now), html``)}
    ${inOrder.map((kind) => {
      const states = ofKind(kind);
      return html`<section aria-labelledby="kind-${kind}" id="section-${kind}">
        <h2 id="kind-${kind}">${kindTitle(kind)} <span class="count">${states.length}</span></h2>
        <ul class="cards">
          ${states.filter((state) => shown.has(state)).map((state) => board.guard(state.target.name, 'page', () => card(state, board, now), bareCard(state)))}
        </ul>
        ${notShown(states.filter((state) => !shown.has(state)))}
      </section>`;
    })}
    ${events(board, now)}
  </main>`;
}

function late(lateMs: number): Html {
  return html`<p class="notice" role="status">
    The exporter is late: for ${milliseconds(lateMs)} of the last second it could not read answers. The results may be
    incomplete; no component counts as down for it.
  </p>`;
}

/** All components; those of equal urgency by kind, and then as in the configuration. */
function mostUrgentFirst(board: Board): ComponentState[] {
  const kindAt = new Map(board.kinds.map(({ kind }, index) => [kind, index]));
  const place = ({ target }: ComponentState) => kindAt.get(target.kind) ?? 0;
  return Array.from(board.states(), (state) => ({ state, urgency: urgencyOf(state, board) }))
    .sort((a, b) => compareUrgency(a.urgency, b.urgency) || place(a.state) - place(b.state))
    .map(({ state }) => state);
}

function notShown(states: readonly ComponentState[]): Html | false {
  if (states.length === 0) return false;
  const { byStatus } = countStatuses(states);
  const words = SEVERITY.filter((status) => byStatus[status] > 0).map((status) => `${byStatus[status]} ${status}`);
  return html`<p class="text">
    Not shown here: ${words.join(', ')}. The JSON and the panel in Grafana have all of them.
  </p>`;
}

function card(state: ComponentState, board: Board, now: number): Html {
  const { target, status, last } = state;
  const { causes, others } = brokenDependencies(state, board);
  const names = (components: readonly string[]) =>
    components.map((name) => board.get(name)?.target.display_name ?? name);
  const text = last?.error ?? last?.message;
  const word = state.stale ? STALE : state.maintenance && status === 'unknown' ? 'maintenance' : status;
  return html`<li class="card ${status}" id="component-${target.name}" data-status="${status}">
    <div class="card-head">
      ${icon(target.type)}
      <h3><bdi>${target.display_name}</bdi></h3>
      ${target.critical && html`<span class="mark">critical</span>`}
      <span class="badge ${status}">${whileLive(badge(SIGNS[status], word), badge(SIGNS.unknown, STALE))}</span>
    </div>
    ${text !== undefined && html`<p class="text"><bdi>${text}</bdi></p>`}
    ${causes.length > 0 && html`<p class="text">${becauseText(names(causes))}.</p>`}
    ${others.length > 0 && html`<p class="text">It ${besideText(names(others))}.</p>`}
    ${state.maintenance && html`<p class="text">${maintenanceText(state, now)}</p>`}
    ${state.silence && html`<p class="text">${silenceText(state.silence, now)}</p>`}
    ${state.flapping && html`<p class="text">Flapping between up and down.</p>`}
    <dl>
      ${last?.responseTimeMs !== undefined && fact('Response time', milliseconds(last.responseTimeMs))}
      ${last?.version !== undefined && fact('Version', last.version)}
      ${last?.leftOut !== undefined && fact('Dropped, cannot be written', last.leftOut.map(({ what }) => what).join(', '))}
      ${Object.entries(componentJson(state, board))
        .filter(([key]) => key in (last?.details ?? {}) && !NOT_SHOWN.has(key))
        .map(([key, value]) => detailFact(key, value))}
    </dl>
    ${linkList(target.links)} ${stripHtml(state)}
    <p class="age">
      ${whileLive(
        html`${lasting(state, word, now)}${last ? `, probed ${durationText(now - last.startedAt)} ago` : ', not probed yet'}`,
        `last known: ${word}, ${clock(now)}`
      )}
    </p>
  </li>`;
}

function linkList(links: Readonly<Record<string, string>>): Html | false {
  const entries = Object.entries(links);
  if (entries.length === 0) return false;
  return html`<p class="links">
    ${entries.map(([name, address]) => html`<a href="${address}" rel="noreferrer"><bdi>${name}</bdi></a> `)}
  </p>`;
}

/** Of a component that cannot be written. */
function bareCard({ target, status }: ComponentState): Html {
  return html`<li class="card ${status}" id="component-${target.name}" data-status="${status}">
    <div class="card-head">
      <h3><bdi>${target.display_name}</bdi></h3>
      <span class="badge ${status}">${whileLive(badge(SIGNS[status], status), badge(SIGNS.unknown, STALE))}</span>
    </div>
    <p class="text">What it reported cannot be shown; see the log of the exporter.</p>
  </li>`;
}

/** `healthy, up for 3 min`, `degraded for at least 5 s`. */
function lasting(state: ComponentState, word: string, now: number): string {
  const { begin, atLeast } = lastingFrom(state);
  const duration = durationText(now - begin, atLeast);
  if (state.status === 'healthy') return `healthy, up for ${duration}`;
  if (state.status === 'unhealthy') return `unhealthy, down for ${duration}`;
  return `${word} for ${duration}`;
}

function badge(sign: string, word: string): Html {
  return html`<span aria-hidden="true">${sign}</span> ${word}`;
}

function events(board: Board, now: number): Html {
  const latest = board.events.since(0).slice(-EVENTS_SHOWN).reverse();
  return html`<section aria-labelledby="events">
    <h2 id="events">Latest changes</h2>
    <ol class="events">
      ${latest.map((event) => transition(event, board, now))}
    </ol>
  </section>`;
}

function transition({ id, component, from, to, at, reason }: RecordedTransition, board: Board, now: number): Html {
  return html`<li id="event-${id}">
    <time datetime="${new Date(at).toISOString()}">${whileLive(`${durationText(now - at)} ago`, clock(at))}</time>
    <strong><bdi>${board.get(component)?.target.display_name ?? component}</bdi></strong>
    <span class="change">${from} → <span class="badge ${to}">${to}</span></span>
    <span class="text"><bdi>${reason}</bdi></span>
  </li>`;
}

function fact(term: string, value: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

/** A detail as text; the suffix of a key is its unit. */
function detailFact(key: string, value: JsonValue | undefined): Html {
  const unit = /_(bytes|ms|s|seconds)$/.exec(key)?.[1];
  const [first = '', ...rest] = words(key.replace(/_(bytes|ms|s|seconds)$/, ''));
  const term = first.toUpperCase() + rest.join('');
  if (typeof value !== 'number' || unit === undefined) return fact(term, detail(value));
  if (unit === 'bytes') return fact(term, bytesText(value));
  return fact(term, unit === 'ms' ? milliseconds(value) : durationText(value * 1000));
}

function detail(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return value.map(detail).join(', ');
  if (typeof value === 'object' && value !== null) {
    const { name, ...rest } = value;
    const others = Object.entries(typeof name === 'string' ? rest : value).map(([key, inner]) =>
      typeof inner === 'number' ? `${detail(inner)} ${words(key)}` : `${words(key)} ${detail(inner)}`
    );
    return `${typeof name === 'string' ? `${name}: ` : ''}${others.join(', ')}`;
  }
  return String(value);
}

function words(key: string): string {
  return key.replace(/_/g, ' ');
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`;
}
