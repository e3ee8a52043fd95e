/** The source of the token: the configuration, or the exporter's own service account. */
export interface TokenSource {
  /** The token for pushes. @throws PushError if none is available */
  get(signal: AbortSignal): Promise<string>;
  /** A new token to replace one that Grafana rejected (401); `undefined` if there is none. @throws PushError */
  renew(refused: string, signal: AbortSignal): Promise<string | undefined>;
}

export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), renew: () => Promise.resolve(undefined) };
}
