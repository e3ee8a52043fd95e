/** The card of a component, with all that is known of it, or with what can be read from afar. */
import {
  becauseText,
  besideText,
  bytesText,
  durationText,
  lastingFrom,
  type JsonValue,
  type Status,
} from '@onehertz/contract';
import type { Board } from '../../board/board';
import { componentJson } from '../../board/component-json';
import { brokenDependencies } from '../../board/consequence';
import type { ComponentState } from '../../board/state';
import { clock } from './clock';
import { html, whileLive, type Html } from './html';
import { icon } from './icons';
import { milliseconds } from './milliseconds';
import { maintenanceText, silenceText } from './muted-html';
import { stripHtml } from './strip-html';

/** A status is never shown by colour alone, but with a sign and a word. */
const SIGNS: Record<Status, string> = { healthy: '✓', degraded: '▾', warning: '!', unhealthy: '✕', unknown: '?' };
/** The word for outdated data, as in the panel. */
const STALE = 'stale';
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

/** Everything that is known of a component. @param now in milliseconds since the epoch */
export function cardHtml(state: ComponentState, board: Board, now: number): Html {
  const { target, last } = state;
  return withHead(
    state,
    html`${whyHtml(state, board, now)}
      <dl>
        ${last?.responseTimeMs !== undefined && fact('Response time', milliseconds(last.responseTimeMs))}
        ${last?.version !== undefined && fact('Version', last.version)}
        ${last?.leftOut !== undefined && fact('Dropped, cannot be written', last.leftOut.map(({ what }) => what).join(', '))}
        ${Object.entries(componentJson(state, board))
          .filter(([key]) => key in (last?.details ?? {}) && !NOT_SHOWN.has(key))
          .map(([key, value]) => detailFact(key, value))}
      </dl>
      ${linkList(target.links)} ${stripHtml(state)}
      ${ageHtml(state, now, last ? `, probed ${durationText(now - last.startedAt)} ago` : ', not probed yet')}`
  );
}

/** Name and status of a component; if it is not healthy also why, and since when. @param now in milliseconds since the epoch */
export function shortCardHtml(state: ComponentState, board: Board, now: number): Html {
  return withHead(state, state.status !== 'healthy' && html`${ageHtml(state, now)} ${whyHtml(state, board, now)}`);
}

/** Of a component that cannot be written. */
export function bareCardHtml(state: ComponentState): Html {
  return withHead(state, html`<p class="text">What it reported cannot be shown; see the log of the exporter.</p>`);
}

function withHead(state: ComponentState, content: Html | false): Html {
  const { target, status } = state;
  return html`<li class="card ${status}" id="component-${target.name}" data-status="${status}">
    <div class="card-head">
      ${icon(target.type)}
      <h3><bdi>${target.display_name}</bdi></h3>
      ${target.critical && html`<span class="mark">critical</span>`}
      <span class="badge ${status}"
        >${whileLive(badge(SIGNS[status], wordOf(state)), badge(SIGNS.unknown, STALE))}</span
      >
    </div>
    ${content}
  </li>`;
}

function whyHtml(state: ComponentState, board: Board, now: number): Html {
  const { last } = state;
  const { causes, others } = brokenDependencies(state, board);
  const names = (components: readonly string[]) =>
    components.map((name) => board.get(name)?.target.display_name ?? name);
  const text = last?.error ?? last?.message;
  return html`${text !== undefined && html`<p class="text"><bdi>${text}</bdi></p>`}
  ${causes.length > 0 && html`<p class="text">${becauseText(names(causes))}.</p>`}
  ${others.length > 0 && html`<p class="text">It ${besideText(names(others))}.</p>`}
  ${state.maintenance && html`<p class="text">${maintenanceText(state, now)}</p>`}
  ${state.silence && html`<p class="text">${silenceText(state.silence, now)}</p>`}
  ${state.flapping && html`<p class="text">Flapping between up and down.</p>`}`;
}

/** Since when it is as it is. @param more what follows while the page is live */
function ageHtml(state: ComponentState, now: number, more = ''): Html {
  const word = wordOf(state);
  return html`<p class="age">
    ${whileLive(`${lasting(state, word, now)}${more}`, `last known: ${word}, ${clock(now)}`)}
  </p>`;
}

function wordOf({ stale, maintenance, status }: ComponentState): string {
  return stale ? STALE : maintenance && status === 'unknown' ? 'maintenance' : status;
}

function linkList(links: Readonly<Record<string, string>>): Html | false {
  const entries = Object.entries(links);
  if (entries.length === 0) return false;
  return html`<p class="links">
    ${entries.map(([name, address]) => html`<a href="${address}" rel="noreferrer"><bdi>${name}</bdi></a> `)}
  </p>`;
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
