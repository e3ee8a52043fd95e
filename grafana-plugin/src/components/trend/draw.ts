/** Drawing functions of history strip and sparkline. Lengths are CSS pixels. */
import { statusOfRank, STRIP_HEIGHT, type Status } from '@onehertz/contract';
import { type Columns } from '../../board/history';

export type Fills = Readonly<Record<Status, string>>;

/** Width of a segment including the gap. */
export const SEGMENT_WIDTH = 4;

/** One bar per column, newest at the right; columns without data are empty. */
export function drawStrip(context: CanvasRenderingContext2D, { ranks }: Columns, fills: Fills, size: Size): void {
  const step = size.width / ranks.length;
  const barWidth = Math.max(1, step - 1);
  let filled: Status | undefined;
  for (let column = 0; column < ranks.length; column++) {
    const status = statusOfRank(ranks[column]);
    if (status) {
      const height = Math.max(2, size.height * STRIP_HEIGHT[status]);
      if (status !== filled) {
        // expensive, because the browser parses the colour
        context.fillStyle = fills[status];
        filled = status;
      }
      context.fillRect(column * step, size.height - height, barWidth, height);
    }
  }
}

interface Size {
  width: number;
  height: number;
}

/** Response times as a line with an area below it, from zero to the longest; gaps where there are none. */
export function drawSparkline(
  context: CanvasRenderingContext2D,
  { peaks }: Columns,
  colors: LineColors,
  size: Size
): void {
  let longest = 0;
  for (const peak of peaks) {
    longest = peak > longest ? peak : longest;
  }
  if (longest === 0) {
    return;
  }
  const step = size.width / Math.max(1, peaks.length - 1);
  // leaves room for the width of the stroke
  const y = (peak: number) => size.height - 1 - (peak / longest) * (size.height - 3);
  let begin = -1;
  for (let column = 0; column <= peaks.length; column++) {
    const known = column < peaks.length && !Number.isNaN(peaks[column]);
    if (known && begin < 0) {
      begin = column;
    } else if (!known && begin >= 0) {
      drawRun(context, peaks, begin, column, step, y, colors, size);
      begin = -1;
    }
  }
}

export interface LineColors {
  line: string;
  area: string;
}

function drawRun(
  context: CanvasRenderingContext2D,
  peaks: Float32Array,
  begin: number,
  end: number,
  step: number,
  y: (peak: number) => number,
  { line, area }: LineColors,
  size: Size
): void {
  context.beginPath();
  for (let column = begin; column < end; column++) {
    context.lineTo(column * step, y(peaks[column]));
  }
  if (end - begin === 1) {
    context.lineTo(begin * step + 1, y(peaks[begin]));
  }
  context.strokeStyle = line;
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  context.stroke();
  context.lineTo((end - 1) * step, size.height);
  context.lineTo(begin * step, size.height);
  context.closePath();
  context.fillStyle = area;
  context.fill();
}
