/** How much a rendered part of a page stands out from its ground, also as people with colour vision deficiencies see it. */
import type { Browser, Locator, Page } from 'playwright-core';

/** Chromium's names; `none` is usual vision. */
export const VISIONS = ['none', 'protanopia', 'deuteranopia', 'tritanopia'] as const;
export type Vision = (typeof VISIONS)[number];

/** @returns a function that has the page rendered as somebody with this vision sees it, also in screenshots */
export async function visionOf(page: Page): Promise<(type: Vision) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (type) => void (await session.send('Emulation.setEmulatedVisionDeficiency', { type }));
}

/** A part of a page, in CSS pixels of it. */
export interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** @throws Error if it is not visible */
export async function clipOf(part: Locator): Promise<Clip> {
  await part.scrollIntoViewIfNeeded();
  const box = await part.boundingBox();
  if (!box) throw new Error(`not visible: ${part.toString()}`);
  return box;
}

export interface Measure {
  /**
   * @param ground a part whose most frequent colour is what the clips stand out from
   * @returns for each clip the sum of the differences of its pixels to the ground (CIE 1976, CIELAB), in thousands
   */
  (page: Page, ground: Clip, clips: readonly Clip[]): Promise<number[]>;
}

/** @returns a function that measures screenshots, in a page of its own */
export async function createMeasure(browser: Browser): Promise<Measure> {
  const context = await browser.newContext();
  const bench = await context.newPage();
  return async (page, ground, clips) => {
    const pictures: string[] = [];
    for (const clip of [ground, ...clips])
      pictures.push((await page.screenshot({ clip: { ...clip } })).toString('base64'));
    return bench.evaluate(differences, pictures);
  };
}

/** Runs in the browser, which decodes the pictures. */
async function differences(pictures: readonly string[]): Promise<number[]> {
  const pixels = await Promise.all(
    pictures.map(async (picture) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const drawing = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      drawing.drawImage(bitmap, 0, 0);
      return new Uint32Array(drawing.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
    })
  );
  const known = new Map<number, readonly [number, number, number]>();
  const counts = new Map<number, number>();
  const [first = new Uint32Array(), ...parts] = pixels;
  for (const pixel of first) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const [[ground = 0] = []] = [...counts].sort(([, a], [, b]) => b - a);

  const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const cube = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 3132 + 16 / 116);
  /** CIELAB of an sRGB colour, white point D65. */
  const lab = (pixel: number) => {
    let found = known.get(pixel);
    if (!found) {
      const [r, g, b] = [linear(pixel & 255), linear((pixel >> 8) & 255), linear((pixel >> 16) & 255)] as const;
      const x = cube((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
      const y = cube(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
      const z = cube((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
      known.set(pixel, (found = [116 * y - 16, 500 * (x - y), 200 * (y - z)]));
    }
    return found;
  };
  const [l, a, b] = lab(ground);
  return parts.map((part) => {
    let sum = 0;
    for (const pixel of part) {
      const color = lab(pixel);
      sum += Math.hypot(color[0] - l, color[1] - a, color[2] - b);
    }
    return sum / 1000;
  });
}
