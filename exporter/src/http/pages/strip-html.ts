/** The last minutes of a component as a row of bars, with colour and height by status. */
import {
  durationText,
  percentText,
  RECENT_SECONDS,
  STRIP_HEIGHT,
  upSeconds,
  worstPerStep,
  type Run,
  type Status,
} from '@onehertz/contract';
import type { ComponentState } from '../../board/state';
import { clock } from './clock';
import { html, type Html } from './html';

/** One bar for so many seconds: a page of hundreds of strips changes every few seconds only. */
const STEP_SECONDS = 5;
const BARS = RECENT_SECONDS / STEP_SECONDS;
/** In units of the drawing. */
const HEIGHT = 10;

/** For people who cannot see it, the text beside it says how much of the time it was up. */
export function stripHtml({ recent }: Pick<ComponentState, 'recent'>): Html {
  const { until } = recent;
  const runs = recent.runs();
  const text = upText(runs);
  const firstBar = Math.floor(until / STEP_SECONDS) - BARS + 1;
  const steps = worstPerStep(runs, until, { stepSeconds: STEP_SECONDS, count: BARS });
  return html`<div class="strip">
    <svg viewBox="0 0 ${BARS} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${text}">
      ${barsOf(steps).map(({ status, first, count }) => {
        const height = HEIGHT * STRIP_HEIGHT[status];
        const from = (firstBar + first) * STEP_SECONDS * 1000;
        const to = Math.min((firstBar + first + count) * STEP_SECONDS, until + 1) * 1000;
        return html`<rect class="${status}" x="${first}" y="${HEIGHT - height}" width="${count}" height="${height}">
          <title>${status}, ${clock(from)} to ${clock(to)}</title>
        </rect>`;
      })}
    </svg>
    <span aria-hidden="true">${text}</span>
  </div>`;
}

/** Equal neighbours are one bar. */
function barsOf(steps: readonly (Status | undefined)[]): { status: Status; first: number; count: number }[] {
  const bars: { status: Status; first: number; count: number }[] = [];
  steps.forEach((status, first) => {
    const last = bars.at(-1);
    if (!status) return;
    if (last?.status === status && last.first + last.count === first) last.count++;
    else bars.push({ status, first, count: 1 });
  });
  return bars;
}

function upText(runs: readonly Run[]): string {
  const { known, up } = upSeconds(runs);
  return known === 0 ? 'nothing known yet' : `up ${percentText(up / known)} of ${durationText(known * 1000)}`;
}
