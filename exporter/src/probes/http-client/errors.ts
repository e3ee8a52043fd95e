/** Describes why a request failed. */
import { errors } from 'undici';
import { CLOSED_UNANSWERED, describeError, IS_IT_UP, NO_CONNECTION, NoAnswer } from '../../text/errors';

/** The deadline passed; the message says how far the request came, see {@link noAnswer}. */
export class Overdue extends NoAnswer {}

/** The connection was closed in the middle of an answer. @see HttpRequest.extent */
export class BrokenOff extends Error {
  constructor(extent: string, options: ErrorOptions) {
    super(
      `the server closed the connection in the middle of its answer, after ${extent} of the body; look at its log`,
      options
    );
  }
}

/**
 * In TLS 1.3 the client finishes first: a server that requires a client certificate may send an alert or just close the
 * connection.
 */
export class ClosedAfterHandshake extends Error {
  constructor(options: ErrorOptions) {
    super(
      'connection closed by the server after the TLS handshake, before it answered; does it require a client certificate (tls.cert_file, tls.key_file)?',
      options
    );
  }
}

/** One sentence. @param secrets values that must not appear */
export function explainHttpError(error: unknown, secrets: readonly string[]): string {
  if (error instanceof Overdue)
    return error.message.endsWith(`(${NO_CONNECTION})`) ? `${error.message}; ${IS_IT_UP}` : error.message;
  if (error instanceof BrokenOff || error instanceof ClosedAfterHandshake) return error.message;
  if (error instanceof errors.HTTPParserError) return explainParserError(error);
  if (error instanceof errors.ResponseContentLengthMismatchError)
    return 'its answer has Content-Length more than once, or one that is wrong; check the server, or the proxy in front of it';
  if (error instanceof errors.HeadersOverflowError) return 'the headers of its answer are too large';
  if (error instanceof errors.ConnectTimeoutError) return `connection timed out; ${IS_IT_UP}`;
  if (error instanceof errors.SocketError) return CLOSED_UNANSWERED;
  if ((error as NodeJS.ErrnoException).code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') return ONLY_HTTP2;
  return describeError(error, secrets);
}

const ONLY_HTTP2 =
  'its server speaks only HTTP/2 or something else over TLS, and this probe speaks HTTP/1.1; have it allow that, or use probe: tcp';

/** The first frame of a server that speaks HTTP/2 without negotiation (RFC 9113 §3.4). */
const SETTINGS_FRAME = /^\0[\0-\xff]{2}\x04[\0-\xff]\0{4}/;

function explainParserError({ code, data }: { code?: string; data?: string }): string {
  if (SETTINGS_FRAME.test(data ?? '')) return ONLY_HTTP2.replace(' or something else over TLS', '');
  if (code === 'HPE_UNEXPECTED_CONTENT_LENGTH')
    return 'its answer has Content-Length beside Transfer-Encoding, which may be an attack (RFC 9112 §6.3); check the server, or the proxy in front of it';
  return 'its answer is not HTTP; is it the right port?';
}
