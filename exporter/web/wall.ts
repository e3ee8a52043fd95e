/** The script of the wall: keeps it live, fits it into the screen, and shows the time of the viewer. */
import { timeOfDay } from './alarms.js';
import { byId } from './dom.js';
import { goLive } from './live.js';
import { createSignals } from './signals.js';
import { layoutOf, textSizes, type Size, type TextSizes } from './wall-layout.js';

/** How long the buttons remain after the pointer has moved. */
const POINTER_MS = 4000;
/** Of the height of the screen, for what is broken. */
const HEADLINE_SHARE = 0.38;
/** Size of the headline in percent of the shorter side of the screen, by the number of its lines. */
const HEADLINE_SIZES = [6, 6, 5.4, 5, 4.6];
const HEADLINE_MANY = 4.2;
/** A text that does not fit is made smaller by this factor, so many times at most. */
const SHRINK = 0.93;
const SHRINK_TIMES = 14;
/** Fewer or more columns than computed that are tried. */
const COLUMNS_TRIED = 3;
/** Smaller texts could be read by nobody: the page can be scrolled instead. In pixels. */
const LEAST_PX = 7;
/** Of a reason on a card, as many as there is room for. */
const MIN_LINES = 2;
const MAX_LINES = 6;
/** What has a text that may not be cut. */
const WHOLE = '.tile, .more, .card:not(.healthy)';

const root = document.documentElement;
const clock = byId('clock');
let arranged = '';
let pointerMoved: ReturnType<typeof setTimeout> | undefined;

/** What the sizes depend on. Times and other texts change all the time: they matter only if they no longer fit. */
function situation(): string {
  const ids = [...document.querySelectorAll('.cause, .card:not(.healthy), .fields section')].map(({ id }) => id);
  const { clientWidth, clientHeight } = element('.fields');
  return [innerWidth, innerHeight, clientWidth, clientHeight, document.querySelectorAll('.card').length, ...ids].join();
}

function fit(): void {
  if (situation() === arranged && !isTooLarge() && !isCut()) return;
  arrange();
  arranged = situation();
}

/** Sizes what is broken, then columns and texts of what is below it. */
function arrange(): void {
  const screen = { width: innerWidth, height: innerHeight };
  root.classList.add('arranged');
  const lines = document.querySelectorAll('.headline li').length;
  const percent = Math.min(screen.width, screen.height) / 100;
  shrink('--headline', (HEADLINE_SIZES[lines] ?? HEADLINE_MANY) * percent, isTooLarge);

  const { small, large } = arrangeFields(screen);
  root.style.setProperty('--small', `${small.toFixed(1)}px`);
  const used = shrink('--large', large, () => isCutWith(MIN_LINES));
  // where there is room, texts are not cut
  for (let most = MAX_LINES; most >= MIN_LINES && isCutWith(most); most--);
  if (used >= LEAST_PX && small >= LEAST_PX) return;
  root.classList.remove('arranged', 'counted');
  root.removeAttribute('style');
}

/** Sets the number of columns. @returns the largest text sizes that it allows */
function arrangeFields(screen: Size): TextSizes {
  const fields = element('.fields');
  const count = (selector: string) => fields.querySelectorAll(selector).length;
  const content = {
    tiles: count('.tile'),
    highTiles: count('section:has(.card:not(.healthy)) > .tile'),
    healthy: count('.card.healthy'),
    others: count('.more, .card:not(.healthy)'),
  };
  const room = { width: fields.clientWidth, height: fields.clientHeight };
  const { columns, isCounted } = layoutOf(content, room, screen);
  root.classList.toggle('counted', isCounted);
  const sizesWith = (tried: number) => {
    root.style.setProperty('--columns', String(tried));
    const rows = getComputedStyle(fields).gridTemplateRows.split(' ').length;
    return textSizes({ width: room.width / tried, height: room.height / rows }, isCounted, screen);
  };
  // how many rows they take depends on the order of large and small ones, which the browser knows
  const least = isCounted || content.others === 0 ? 1 : 2;
  const size = content.others === 0 ? 'small' : 'large';
  let best = columns;
  for (let tried = Math.max(least, columns - COLUMNS_TRIED); tried <= columns + COLUMNS_TRIED; tried++)
    if (sizesWith(tried)[size] > sizesWith(best)[size]) best = tried;
  return sizesWith(best);
}

const isCutWith = (lines: number) => {
  root.style.setProperty('--lines', String(lines));
  return isCut();
};

/** Sets a size in pixels, as large as it can be without what is to be avoided. @returns what it is then */
function shrink(name: string, most: number, isToBeAvoided: () => boolean): number {
  let size = most;
  for (let times = 0; times <= SHRINK_TIMES; times++) {
    root.style.setProperty(name, `${size.toFixed(1)}px`);
    if (!isToBeAvoided()) break;
    size *= SHRINK;
  }
  return size;
}

function isTooLarge(): boolean {
  const isTooHigh = element('.first').offsetHeight > HEADLINE_SHARE * innerHeight;
  return isTooHigh || [...document.querySelectorAll('.cause')].some(overflows);
}

function isCut(): boolean {
  return [...element('.fields').querySelectorAll(WHOLE)].some(overflows);
}

function overflows({ scrollHeight, clientHeight, scrollWidth, clientWidth }: Element): boolean {
  return scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;
}

function element(selector: string): HTMLElement {
  return byId('board').querySelector<HTMLElement>(selector)!;
}

/** The time of the viewer; it changes with the second. Without contact, other texts appear, which must fit too. */
function tick(): void {
  const now = Date.now();
  clock.textContent = timeOfDay(now);
  fit();
  setTimeout(tick, 1000 - (now % 1000));
}

addEventListener('resize', fit);
addEventListener('pointermove', () => {
  root.classList.add('pointer');
  clearTimeout(pointerMoved);
  pointerMoved = setTimeout(() => root.classList.remove('pointer'), POINTER_MS);
});
clock.hidden = false;
tick();
const { updated, failed } = createSignals();
goLive({
  updated() {
    fit();
    updated();
  },
  failed,
});
