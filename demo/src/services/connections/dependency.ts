/** A server that a service cannot, or would not like to, do without. */
export interface Dependency {
  /** As it stands in the answer of /health: `postgresql`. */
  name: string;
  /** Without a required one the service does not work; without another one it works worse. */
  required: boolean;
  /** Asks the server something over the connection that the service uses. Rejects when it does not answer. */
  check(): Promise<unknown>;
  /** Gives the connection up at once. */
  close(): void;
}

/** Rejects after `ms`, whatever `promise` does later. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
