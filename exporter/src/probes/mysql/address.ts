/** What a URL of MySQL says: where the server is, and as whom to log in. */
import { safeDecode } from '../../text/decode';
import type { Place } from '../kit/connect';

export interface Address extends Place {
  user: string;
  password: string | undefined;
  database: string | undefined;
}

/** @param password if it is not in the URL */
export function addressOf(url: string, password: string | undefined): Address {
  const parsed = new URL(url);
  const port = Number(parsed.port || 3306);
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port,
    user: safeDecode(parsed.username),
    password: (password ?? safeDecode(parsed.password)) || undefined,
    database: safeDecode(parsed.pathname.slice(1)) || undefined,
  };
}

/** Parameters by which clients are told to connect in another way than this one does. */
const TLS = /^(ssl|tls|use-?ssl|require-?ssl|verify-?server)/;
const SOCKET = /^(unix-?)?socket$/;

/** Why a URL that is one cannot be used; repeats no value of it. Parameters that change nothing here are nobody's business. */
export function problemOf(url: string): string | undefined {
  const { pathname, searchParams } = new URL(url);
  if (/^\/.*\//.test(pathname)) return 'expected one database as its path, e.g. mysql://host:3306/database';
  for (const key of searchParams.keys()) {
    const name = key.toLowerCase().replaceAll('_', '-');
    if (TLS.test(name)) return 'its parameter of TLS is not read; set the block tls ("tls: {}" for TLS with defaults)';
    if (SOCKET.test(name)) return 'sockets are not supported; name a host and a port';
  }
  return undefined;
}
