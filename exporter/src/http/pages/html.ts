/** HTML from template literals in which every value is escaped unless it is HTML already. */
import escape from 'escape-html';

export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[] | false | undefined;

/** html`<b>${name}</b>`: strings and numbers are escaped; nested html`…` and lists of it are inserted unchanged. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

function render(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return escape(String(value));
}

/**
 * Text for a live page, and text to show instead if it is not live: before its script has run, while the exporter
 * cannot be reached, or permanently if the script cannot run. The style sheet shows one of them, by the class `stale`
 * of the body.
 */
export function whileLive(live: Value, stale: Value): Html {
  return html`<span class="if-live">${live}</span><span class="if-stale">${stale}</span>`;
}
