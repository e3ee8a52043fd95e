/** GET /health: the state of the service's own connections. */
import type { Status } from '@onehertz/contract';
import type { RequestHandler } from 'express';
import { within, type Dependency } from './connections/dependency';

/** Limit for all checks together, in milliseconds; probes time out after a second. */
const DEADLINE_MS = 400;

export interface DependencyHealth {
  status: Extract<Status, 'healthy' | 'unhealthy'>;
  response_time_ms: number;
  required: boolean;
  error?: string;
}

export interface Health {
  /** `unhealthy` (HTTP 503) without a required dependency, `degraded` without another one. */
  status: Exclude<Status, 'warning' | 'unknown'>;
  service: string;
  version: string;
  uptime_seconds: number;
  dependencies: Record<string, DependencyHealth>;
}

/** Checks all dependencies at the same time. */
async function checkHealth(service: string, version: string, dependencies: Dependency[]): Promise<Health> {
  const results = await Promise.all(dependencies.map(async (one) => [one.name, await checkOne(one)] as const));
  const down = results.filter(([, { status }]) => status === 'unhealthy');
  return {
    status: down.length === 0 ? 'healthy' : down.some(([, { required }]) => required) ? 'unhealthy' : 'degraded',
    service,
    version,
    uptime_seconds: Math.round(process.uptime()),
    dependencies: Object.fromEntries(results),
  };
}

/** Express handler for {@link checkHealth}. */
export function healthHandler(service: string, version: string, dependencies: Dependency[]): RequestHandler {
  return async (_request, response) => {
    const health = await checkHealth(service, version, dependencies);
    response.status(health.status === 'unhealthy' ? 503 : 200).json(health);
  };
}

async function checkOne({ name, required, check }: Dependency): Promise<DependencyHealth> {
  const begin = performance.now();
  const took = () => Math.round((performance.now() - begin) * 100) / 100;
  try {
    await within(DEADLINE_MS, name, check());
    return { status: 'healthy', response_time_ms: took(), required };
  } catch (error) {
    // only the message: error objects of client libraries contain passwords
    return { status: 'unhealthy', response_time_ms: took(), required, error: (error as Error).message.slice(0, 200) };
  }
}
