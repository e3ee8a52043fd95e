/** Where the token comes from: the configuration, or a service account of the exporter's own. */
export interface TokenSource {
  /** The token to push with. @throws PushError if none can be had now */
  get(signal: AbortSignal): Promise<string>;
  /** Another token in the place of one that Grafana refused (401); `undefined` if there is none. @throws PushError */
  renew(refused: string, signal: AbortSignal): Promise<string | undefined>;
}

export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), renew: () => Promise.resolve(undefined) };
}
