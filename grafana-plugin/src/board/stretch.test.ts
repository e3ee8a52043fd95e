import { type Status } from '@onehertz/contract';
import { withPast } from '../testing/component';
import { addNote } from './component';
import { addResponseTime } from './history';
import { stretchAt } from './stretch';

/** The last of 300 buckets. */
const NOW = 1_000_000;
const MOST = 60;

/** One status per second, the last one now. */
const past = (...statuses: Array<Status | undefined>) => withPast(NOW, ...statuses);

it('is as long as a bar, with the worst status, and how much of it was up', () => {
  // five buckets per column; the newest column begins now
  const item = past('healthy', 'unhealthy', 'degraded', 'healthy', 'healthy', 'healthy');
  addResponseTime(item.layers.live!, NOW - 3000, 12);
  addResponseTime(item.layers.live!, NOW - 2000, 7);
  expect(stretchAt(item, 58, MOST, NOW, 0)).toEqual({
    from: NOW - 5000,
    to: NOW,
    status: 'unhealthy',
    knownMs: 5000,
    upShare: 0.8,
    peakMs: 12,
    text: '',
  });
  expect(stretchAt(item, 59, MOST, NOW + 500, 0)).toMatchObject({ from: NOW, to: NOW + 500, status: 'healthy' });
});

it('knows nothing where there is nothing', () => {
  expect(stretchAt(past('healthy'), 10, MOST, NOW, 0)).toMatchObject({ status: undefined, knownMs: 0, text: '' });
});

it('holds a sample of a slow source as the strip does', () => {
  const item = past('unhealthy', undefined, undefined, undefined, undefined, undefined, undefined);
  expect(stretchAt(item, 58, MOST, NOW, 4000)).toMatchObject({ status: 'unhealthy', knownMs: 4000 });
});

describe('its reason', () => {
  const down = past('healthy', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy', 'healthy');
  addNote(down, { at: NOW - 4000, to: 'unhealthy', text: 'connection refused' });
  addNote(down, { at: NOW - 1000, to: 'healthy', text: 'PONG' });

  it('is what was told when the status began', () => {
    expect(stretchAt(down, 58, MOST, NOW, 0)).toMatchObject({ status: 'unhealthy', text: 'connection refused' });
  });

  it('is not that of an earlier time that has ended', () => {
    const again = past('unhealthy', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy');
    addNote(again, { at: NOW - 400_000, to: 'unhealthy', text: 'long ago' });
    addNote(again, { at: NOW - 300_000, to: 'healthy', text: 'fine' });
    expect(stretchAt(again, 59, MOST, NOW, 0)).toMatchObject({ status: 'unhealthy', text: '' });
  });

  it('is that of now while the status lasts', () => {
    const lasting = past('unhealthy', 'unhealthy');
    Object.assign(lasting, { status: 'unhealthy', since: NOW - 1000, error: 'timed out after 800 ms' });
    expect(stretchAt(lasting, 59, MOST, NOW, 0)).toMatchObject({ text: 'timed out after 800 ms' });
  });
});
