/** The expected message for each fault. */

export interface Expectation {
  status: 'unhealthy' | 'warning' | 'healthy';
  /** The message after the address. */
  text: RegExp;
}

/** What of a cell of the matrix decides. */
interface Cell {
  fault: string;
  name: string;
  row: { expects?: Readonly<Record<string, Expectation>>; well?: Expectation['status'] };
}

/** What happens to a server itself, with its title in the report. */
export const KILLED = 'server killed, and started again';
export const FROZEN = 'server frozen, and resumed';
export const behindKilled = (called: string) => `${called} behind it killed, and started again`;
export const behindFrozen = (called: string) => `${called} behind it frozen, and resumed`;

const FOREIGN =
  /connection (closed|reset)|no TLS on this port|does not speak|not as|not HTTP|not with HTTP|require TLS|timed out after \d+ ms \(|expected an answer/;
const TEXTS: Record<string, RegExp> = {
  'connection refused': /connection refused; is it running, and is the port right\?$/,
  'black hole': /timed out after \d+ ms \((no connection|no reply)\)|^connection timed out;/,
  'accept, then close': /connection (closed|reset)|got nothing/,
  'accept, then silence':
    /timed out after \d+ ms \((no reply|connected, (no reply|no TLS handshake|expected reply missing))\)/,
  'slow bytes':
    /timed out after \d+ ms \((no reply|incomplete reply|connected, (no reply|no TLS handshake|expected reply missing))\)|no worker answers/,
  'half an answer, then close': /connection (closed|reset)|closed the connection|got ("|nothing)/,
  'half an answer, then silence':
    /timed out after \d+ ms \((no reply|incomplete reply|connected, (no reply|no TLS handshake|expected reply missing))\)/,
  'random bytes': /does not speak|not as|not HTTP|not with HTTP|no TLS on this port|expected reply missing/,
  'a huge line':
    /does not speak|not as|not HTTP|not with HTTP|no TLS on this port|expected an answer|it sends a head of \d+ bytes or more, which is over the limit/,
  'TLS where none is expected': /require TLS\?|got nothing/,
  'no TLS where it is expected': /TLS/,
  'certificate: expired': /its TLS certificate has expired$/,
  'certificate: other host':
    /its TLS certificate is for another host name; set tls\.server_name to the name that it is for$/,
  'certificate: unknown authority': /its TLS certificate is not signed by a known authority; /,
  'wrong password': /check user and password$|HTTP 401 Unauthorized; set |check secret_key$/,
  'permission denied': /permission|HTTP 403 Forbidden; set /,
  'connection limit reached': /find out which clients hold|overloaded, or not ready$/,
  [KILLED]: /connection (refused|reset|closed)|no TLS|got nothing/,
  [FROZEN]:
    /timed out after \d+ ms \((no reply|no connection|incomplete reply|connected, (no reply|no TLS handshake|expected reply missing))\)|^connection timed out;|no worker answers/,
  [behindKilled('the worker')]: /^no worker (listens; start one|answers);/,
  [behindFrozen('the worker')]: /^no worker answers; .*silent/,
  [behindKilled('the PostgreSQL')]:
    /connection closed by the server$|server login has been failing|timed out after \d+ ms \((connected, )?no reply\)$/,
  [behindFrozen('the PostgreSQL')]: /timed out after \d+ ms \((connected, )?no reply\)$/,
  [behindKilled('the master')]: /^its master main \(127\.0\.0\.1:\d+\) is down, as its Sentinels agree$/,
  [behindFrozen('the master')]: /^its master main \(127\.0\.0\.1:\d+\) is down, as its Sentinels agree$/,
};

const EXCEPTIONS: Record<string, Expectation> = {
  // it responds: a permission is missing, but nothing is broken
  'redis--permission-denied': { status: 'warning', text: /may not PING; allow it with ACL SETUSER/ },
  'minio--permission-denied': { status: 'warning', text: /^the account has no access to the bucket recordings$/ },
};

/** @param name of the component */
export function expectationOf({ fault, name, row }: Cell): Expectation {
  const exception = row.expects?.[fault] ?? EXCEPTIONS[name];
  if (exception) return exception;
  // the next probe gets a new connection and a response
  if (fault === 'lost flow')
    return {
      status: row.well ?? 'healthy',
      text: /timed out after \d+ ms \((no reply|connected, no reply|incomplete reply)\)/,
    };
  return { status: 'unhealthy', text: TEXTS[fault] ?? FOREIGN };
}

/** Must never appear in a message: stack traces and internals. */
export const JARGON =
  /\bundefined\b|\[object |\bat .*\.js|Error:|\bE(CONN|PIPE|NOT|AI_|TIMED|HOST|PROTO|MFILE)[A-Z_]*|node:|\n/;
