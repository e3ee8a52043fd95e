/** A server that a service depends on. */
export interface Dependency {
  /** Its name in the response of /health: `postgresql`. */
  name: string;
  /** Without a required dependency the service is unhealthy; without an optional one it is degraded. */
  required: boolean;
  /** Sends a query over the connection that the service uses. Rejects without a response. */
  check(): Promise<unknown>;
  /** Closes the connection immediately. */
  close(): void;
}

/** Rejects after `ms`; a later result of `promise` is ignored. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: timed out after ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
