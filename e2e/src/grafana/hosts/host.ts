/** What shows the board: a Grafana, or the preview. */
import type { BrowserContext } from 'playwright-core';
import type { Need } from '../needs';
import type { Undo } from '../undo';
import type { GrafanaApi } from './api';

/** The plugin as the host serves it. */
export interface ServedPlugin {
  version: string;
  /** How the host came to load it: `unsigned`, … */
  signature: string;
  module: Buffer;
}

export interface Host {
  /** With version: `Grafana 12.4.0`. */
  readonly name: string;
  /** Of Grafana; of the libraries that the preview has. */
  readonly version: string;
  /** Without a slash at the end. */
  readonly url: string;
  /** Needs of steps that it cannot fulfil, each with the reason. */
  readonly lacks: ReadonlyMap<Need, string>;
  /** Only a real Grafana has one. */
  readonly api?: GrafanaApi;
  /** `grafana_live` of an exporter that pushes this stream. */
  live(streamId: string): Record<string, unknown>;
  /** @returns the uid of a data source that asks this Prometheus */
  addPrometheus(url: string): Promise<string>;
  plugin(): Promise<ServedPlugin>;
  /** @param dashboard has a uid that nobody else uses */
  publish(dashboard: object): Promise<void>;
  /** Signs the administrator in. */
  signIn(context: BrowserContext): Promise<void>;
  /** Starts the server anew; resolves when it answers. */
  restart(): Promise<void>;
}

/** @throws Error that names the host and what to do, if it cannot be used */
export type OpenHost = (undo: Undo) => Promise<Host>;
