import { type Status } from '@onehertz/contract';
import { withPast } from '../testing/component';
import { addNote } from './component';
import { addResponseTime } from './history';
import { peakOf, transitionsOf, upShare } from './transitions';

const NOW = 1_000_000;

/** One status per second, the last one now. */
const past = (...statuses: Array<Status | undefined>) => withPast(NOW, ...statuses);

it('finds the changes, newest first, and ignores gaps', () => {
  const item = past('healthy', undefined, 'healthy', 'unhealthy', undefined, 'degraded');
  expect(transitionsOf(item, NOW)).toEqual([
    { at: NOW, from: 'unhealthy', to: 'degraded', text: '' },
    { at: NOW - 2000, from: 'healthy', to: 'unhealthy', text: '' },
  ]);
});

it('has the exact time and reason, if known', () => {
  const item = past('healthy', 'unhealthy');
  addNote(item, { at: NOW + 120, to: 'unhealthy', text: 'refused' });
  addNote(item, { at: NOW + 120, to: 'unhealthy', text: 'again' });
  expect(transitionsOf(item, NOW)).toEqual([{ at: NOW + 120, from: 'healthy', to: 'unhealthy', text: 'refused' }]);
});

it('keeps only the latest reasons', () => {
  const item = past();
  for (let i = 0; i < 100; i++) {
    addNote(item, { at: i, to: 'unhealthy', text: String(i) });
  }
  expect(item.notes).toHaveLength(50);
  expect(item.notes[49].text).toBe('99');
});

it('computes the share of time that it was up', () => {
  expect(upShare(past('healthy', 'degraded', 'unknown', 'unhealthy', undefined), NOW)).toBeCloseTo(2 / 3);
  expect(upShare(past('unknown'), NOW)).toBeUndefined();
});

it('finds the longest response time', () => {
  const item = past('healthy');
  expect(peakOf(item, NOW)).toBeUndefined();
  [3, 8, 5].forEach((ms, i) => addResponseTime(item.layers.live!, NOW - i * 1000, ms));
  expect(peakOf(item, NOW)).toBe(8);
});
