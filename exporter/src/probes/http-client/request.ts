/**
 * One request on an undici client, without its streams and signals: for hundreds of small responses a second these cost
 * more than the request.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Client, Dispatcher } from 'undici';
import { arrivedAt, noteSent } from '../../runtime/arrivals';
import { stoodStillMs } from '../../runtime/standstill';
import { BoundedBody } from './bounded-body';

export interface Question {
  /** Default: `GET`. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH';
  /** With its query. */
  path: string;
  /** In addition to and before those of the client, in lower case. */
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Whether it may be repeated, whatever its method. */
  isHarmless?: boolean;
}

export interface RawAnswer {
  statusCode: number;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Whether the body exceeded the limit; the connection is closed then. */
  isCut: boolean;
  /** Times of sending and of the last byte, on the clock of `performance.now()`. */
  sentAt: number;
  /** See {@link stoodStillMs}: when it was sent. */
  stoodStillBefore: number;
  endedAt: number;
}

/** Source: https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherdispatchoptions-handler */
export class HttpRequest implements Dispatcher.DispatchHandler {
  /** Rejects with undici's error, or with the reason of {@link abort}. */
  readonly answer: Promise<RawAnswer>;
  #resolve!: (answer: RawAnswer) => void;
  #reject!: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #sentAt = 0;
  #stoodStillBefore = 0;
  #statusCode = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #body: BoundedBody;

  constructor(
    client: Client,
    { method = 'GET', path, body }: Question,
    headers: Record<string, string>,
    maxBytes: number
  ) {
    this.#body = new BoundedBody(maxBytes);
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    client.dispatch({ method, path, headers, body }, this);
  }

  /** Whether the head of the response has arrived. */
  get answering(): boolean {
    return this.#statusCode !== 0;
  }

  /** The received part of the body: `120 of 500 bytes`. */
  get extent(): string {
    const length = this.#headers['content-length'];
    const { length: come } = this.#body;
    return length === undefined ? `${come} bytes` : `${come} of ${length} bytes`;
  }

  /** Rejects at once, also while the connection is not open yet; one that is in use for this is closed. */
  abort(reason: Error): void {
    this.#aborted = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sentAt = noteSent();
    this.#stoodStillBefore = stoodStillMs();
    if (this.#aborted) controller.abort(this.#aborted);
  }

  onResponseStart(_controller: unknown, statusCode: number, headers: IncomingHttpHeaders): void {
    // 1xx may come before the answer itself
    if (statusCode < 200) return;
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.add(chunk)) return;
    this.#settle(true);
    controller.abort(new Error('it was longer than may be read'));
  }

  onResponseEnd(): void {
    this.#settle(false);
  }

  #settle(isCut: boolean): void {
    this.#resolve({
      statusCode: this.#statusCode,
      headers: this.#headers,
      body: this.#body.take(),
      isCut,
      sentAt: this.#sentAt,
      stoodStillBefore: this.#stoodStillBefore,
      endedAt: Math.max(this.#sentAt, arrivedAt()),
    });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#reject(error);
  }
}
