import { createComponent, type Component } from '../board/component';

/** A component as the board makes it, with what a test says of it. */
export function component(name: string, facts: Partial<Component> = {}): Component {
  return {
    ...createComponent(name, name, { bucketMs: 1000, buckets: 300 }),
    status: 'healthy',
    reported: 'healthy',
    ...facts,
  };
}
