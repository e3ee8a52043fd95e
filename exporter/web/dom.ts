/** Elements of the page, and how it speaks to people. */

/** How long an answer to a click can be seen. */
const ANSWER_MS = 8000;
const HIDDEN = 'visually-hidden';

/** @throws if the page has no such element */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** Tells screen readers something that others see on the page. */
export function announce(text: string): void {
  const announcer = byId('announcer');
  announcer.textContent = text;
  announcer.className = HIDDEN;
}

/** Tells everybody the outcome of what they did: for some seconds, until the next answer. */
export function answer(text: string): void {
  const announcer = byId('announcer');
  announcer.textContent = text;
  announcer.className = 'answer';
  setTimeout(() => {
    if (announcer.textContent === text) announcer.className = HIDDEN;
  }, ANSWER_MS);
}
