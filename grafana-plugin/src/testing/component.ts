import { createComponent, type Component } from '../board/component';

/** A component with the facts given by a test. */
export function component(name: string, facts: Partial<Component> = {}): Component {
  return {
    ...createComponent(name, name, { bucketMs: 1000, buckets: 300 }),
    status: 'healthy',
    reported: 'healthy',
    ...facts,
  };
}
