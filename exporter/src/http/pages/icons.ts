/** Line icons of the component types on a 24 × 24 grid; emoji would depend on the reader's fonts. */
import type { Status } from '@onehertz/contract';
import { Html } from './html';

const SHAPES: Record<string, string> = {
  database:
    '<ellipse cx="12" cy="5.5" rx="7.5" ry="3"/><path d="M4.5 5.5v13c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3v-13M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3"/>',
  cache: '<path d="M13 2.5 5 13.5h6l-1 8 8.5-11.5h-6z"/>',
  queue: '<path d="M3 6h18v12H3z"/><path d="m3 7 9 6.5L21 7"/>',
  storage: '<path d="m12 2.8 8.5 4.6v9.2L12 21.2l-8.5-4.6V7.4z"/><path d="m3.8 7.5 8.2 4.6 8.2-4.6M12 12.1v9"/>',
  worker:
    '<circle cx="12" cy="12" r="3.2"/><path d="M12 2.5v3.2M12 18.3v3.2M2.5 12h3.2M18.3 12h3.2M5.3 5.3l2.2 2.2M16.5 16.5l2.2 2.2M18.7 5.3l-2.2 2.2M7.5 16.5l-2.2 2.2"/>',
  service:
    '<rect x="3.5" y="4" width="17" height="7" rx="1.5"/><rect x="3.5" y="13" width="17" height="7" rx="1.5"/><path d="M7 7.5h.1M7 16.5h.1"/>',
  receiver:
    '<circle cx="12" cy="9" r="2"/><path d="m12 11 3.5 10h-7zM7.8 13.2a6 6 0 0 1 0-8.4M16.2 4.8a6 6 0 0 1 0 8.4M4.9 16a10 10 0 0 1 0-14M19.1 2a10 10 0 0 1 0 14"/>',
  model:
    '<circle cx="5" cy="6" r="2"/><circle cx="5" cy="18" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="6" r="2"/><circle cx="19" cy="18" r="2"/><path d="m6.6 7.3 3.8 3.4M6.6 16.7l3.8-3.4M13.6 10.7l3.8-3.4M13.6 13.3l3.8 3.4"/>',
};
const OTHER = '<circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.5M12 16h.1"/>';

/** The icon of a component type; unknown types get a neutral one. */
export function icon(type: string): Html {
  const shape = Object.hasOwn(SHAPES, type) ? SHAPES[type] : OTHER;
  return new Html(`<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">${shape}</svg>`);
}

/** Colours that can be told apart in a tab, on light and dark ones. A tab of a healthy system has the logo as it is. */
const TAB_COLORS: Readonly<Record<Exclude<Status, 'healthy'>, string>> = {
  unhealthy: '#e02f44',
  degraded: '#ff780a',
  warning: '#f2cc0c',
  unknown: '#8e8e8e',
};

/** The logo with a mark in the colour of a status, as SVG. @param logo SVG on a grid of 64 × 64 */
export function statusIcon(logo: string, status: Status): string {
  if (status === 'healthy') return logo;
  const mark = `<circle cx="45" cy="45" r="19" fill="${TAB_COLORS[status]}" stroke="#fff" stroke-width="4"/>`;
  return logo.replace('</svg>', `${mark}</svg>`);
}
