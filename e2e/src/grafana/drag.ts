/** A range that is chosen by dragging over a graph. */
import type { Host } from './hosts/host';
import { componentsOf, part } from './panels';
import type { Visit } from './visit';

/**
 * @param title of a panel with a time series, which ends now
 * @param rangeMs that it shows
 * @param from in milliseconds since the epoch, as `to`
 */
export async function drag(
  host: Host,
  visit: Visit,
  title: string,
  rangeMs: number,
  from: number,
  to: number
): Promise<void> {
  const { page } = visit;
  if (!host.api) {
    // its graph has no selection
    await visit.goTo(`${new URL(page.url()).pathname}?from=${Math.round(from)}&to=${Math.round(to)}`);
    return;
  }
  const plot = part(page, componentsOf(host.version).Panels.Panel.title(title)).locator('.u-over');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (!box) throw new Error(`the panel "${title}" has no graph`);
  const now = Date.now();
  const x = (time: number) => box.x + box.width * Math.min(0.99, Math.max(0.01, 1 - (now - time) / rangeMs));
  const y = box.y + box.height / 2;
  await page.mouse.move(x(from), y);
  await page.mouse.down();
  await page.mouse.move(x((from + to) / 2), y, { steps: 4 });
  await page.mouse.move(x(to), y, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL((url) => /^\d+$|T/.test(url.searchParams.get('to') ?? ''));
}
