import { RANK, type Status } from '@onehertz/contract';
import { createComponent, type Component } from '../board/component';
import { addRank, createHistory } from '../board/history';

/** A component with the facts given by a test. */
export function component(name: string, facts: Partial<Component> = {}): Component {
  return {
    ...createComponent(name, name, { bucketMs: 1000, buckets: 300 }),
    status: 'healthy',
    reported: 'healthy',
    ...facts,
  };
}

/** A component with one status per second, the last one at `now` in milliseconds since the epoch; `undefined` for no data. */
export function withPast(now: number, ...statuses: Array<Status | undefined>) {
  const item = component('redis');
  item.layers.live = createHistory(item.layers.shape);
  for (const [i, status] of statuses.entries()) {
    if (status) {
      addRank(item.layers.live, now - (statuses.length - 1 - i) * 1000, RANK[status]);
    }
  }
  return item;
}
