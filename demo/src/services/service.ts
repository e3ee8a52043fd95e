/** The parts of a service; run by `main.ts`. */
import type { Express } from 'express';
import type { Dependency } from './connections/dependency';
import type { Repeated } from './repeat';

export interface Service {
  dependencies: Dependency[];
  work: Repeated[];
  /** Adds the service's own routes, besides /health. */
  routes?(app: Express): void;
}

/** The dependencies that are configured. */
export function present<T>(...dependencies: (T | undefined)[]): T[] {
  return dependencies.filter((one) => one !== undefined);
}
