import { colorManipulator, createTheme } from '@grafana/data';
import { OVERALL_STATUS, OVERALL_WORDS, STATUSES } from '@onehertz/contract';
import { component } from '../testing/component';
import { lookOf, standingOf, typeIcon } from './look';

const AA = 4.5;

describe.each(['dark', 'light'] as const)('in the %s theme', (mode) => {
  const theme = createTheme({ colors: { mode } });
  const { primary, secondary } = theme.colors.background;

  it.each(STATUSES)('%s is readable on panels, cards and its tint', (status) => {
    const { text, tint } = lookOf(status, theme);
    expect(colorManipulator.getContrastRatio(text, primary)).toBeGreaterThanOrEqual(AA);
    expect(colorManipulator.getContrastRatio(text, secondary)).toBeGreaterThanOrEqual(AA);
    for (const ground of [primary, secondary]) {
      expect(colorManipulator.getContrastRatio(text, over(tint, ground))).toBeGreaterThanOrEqual(AA);
    }
  });

  it.each(['degraded', 'warning', 'unhealthy'] as const)('a sign is visible on the area of %s', (status) => {
    const { fill } = lookOf(status, theme);
    // WCAG requires 3 for graphics
    expect(colorManipulator.getContrastRatio(theme.colors.getContrastText(fill), fill)).toBeGreaterThanOrEqual(3);
  });

  it('no two statuses look alike, neither areas nor words', () => {
    for (const part of ['fill', 'text'] as const) {
      const colors = STATUSES.map(
        (status) => colorManipulator.decomposeColor(asRgb(lookOf(status, theme)[part])).values
      );
      colors.forEach((color, i) =>
        colors.slice(i + 1).forEach((other) => {
          const distance = Math.hypot(...[0, 1, 2].map((channel) => color[channel] - other[channel]));
          expect(distance).toBeGreaterThan(50);
        })
      );
    }
  });

  it('the overall status looks like the status that it represents', () => {
    const { visualization } = theme;
    expect(lookOf(OVERALL_STATUS.Degraded, theme).fill).toBe(visualization.getColorByName('orange'));
    expect(OVERALL_WORDS.map((word) => lookOf(OVERALL_STATUS[word], theme).word)).toEqual([
      'Healthy',
      'Degraded',
      'Unhealthy',
      'Unknown',
    ]);
  });

  it.each(STATUSES)('primary text is readable on the tint of %s', (status) => {
    const ground = over(lookOf(status, theme).tint, secondary);
    expect(colorManipulator.getContrastRatio(theme.colors.text.primary, ground)).toBeGreaterThanOrEqual(AA);
  });
});

function asRgb(color: string): string {
  return colorManipulator.asRgbString(color);
}

/** A transparent colour on an opaque one. */
function over(color: string, ground: string): string {
  const top = colorManipulator.decomposeColor(asRgb(color));
  const below = colorManipulator.decomposeColor(asRgb(ground));
  const alpha = top.values[3] ?? 1;
  const mixed = [0, 1, 2].map((i) => Math.round(top.values[i] * alpha + below.values[i] * (1 - alpha)));
  return `rgb(${mixed.join(', ')})`;
}

it('never shows a status by colour alone', () => {
  const theme = createTheme();
  const looks = STATUSES.map((status) => lookOf(status, theme));
  expect(new Set(looks.map(({ icon }) => icon)).size).toBe(STATUSES.length);
  expect(new Set(looks.map(({ word }) => word)).size).toBe(STATUSES.length);
});

it('shows why a status is unknown', () => {
  expect(standingOf(component('a', { status: 'unknown' })).word).toBe('Unknown');
  expect(standingOf(component('a', { status: 'unknown', stale: true })).word).toBe('Stale');
  expect(standingOf(component('a', { status: 'unknown', maintenance: true })).word).toBe('Maintenance');
  expect(standingOf(component('a', { status: 'healthy', maintenance: true })).word).toBe('Healthy');
});

it('has an icon for unknown types', () => expect(typeIcon('toaster')).toBe('cube'));
