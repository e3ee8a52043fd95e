/** What a service is made of; `main.ts` runs it. */
import type { Express } from 'express';
import type { Dependency } from './connections/dependency';
import type { Repeated } from './repeat';

export interface Service {
  dependencies: Dependency[];
  work: Repeated[];
  /** Adds its own routes; /health is there already. */
  routes?(app: Express): void;
}

/** Those of `dependencies` that this installation has. */
export function present<T>(...dependencies: (T | undefined)[]): T[] {
  return dependencies.filter((one) => one !== undefined);
}
