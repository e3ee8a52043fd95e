/**
 * Messages between page and server on `/api/live/ws`. Grafana uses Centrifuge's protocol there; the sequence is the
 * same.
 */

/**
 * A data frame as JSON (`DataFrameJSON` of @grafana/data): with its schema, or only rows while the schema is unchanged.
 */
export interface LiveFrame {
  schema?: object;
  data?: object;
}

/** From the page. */
export type PageMessage = { subscribe: string } | { unsubscribe: string };

/** To the page. The first message of a subscription may have no frame; `{}` is a keep-alive. */
export interface ServerMessage {
  channel?: string;
  frame?: LiveFrame;
}

/** Maximum time between two messages of the server. */
export const PING_MS = 25_000;
