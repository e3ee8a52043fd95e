/** What the page and the server say to each other on `/api/live/ws`. Grafana speaks Centrifuge's protocol there; the order of things is the same. */

/** A data frame as JSON, `DataFrameJSON` of @grafana/data: with its schema, or the rows alone while the schema stays. */
export interface LiveFrame {
  schema?: object;
  data?: object;
}

/** From the page. */
export type PageMessage = { subscribe: string } | { unsubscribe: string };

/** To the page. The first of a subscription may come without a frame; `{}` says that the connection is still there. */
export interface ServerMessage {
  channel?: string;
  frame?: LiveFrame;
}

/** How often the server says something at least. */
export const PING_MS = 25_000;
