/** Basic authentication and bearer tokens. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { WebConfig } from '../../config/web/load';
import { passwordMatches } from './password';

export interface Authenticator {
  /** Value of `WWW-Authenticate`; `undefined` if authentication is not required. */
  readonly challenge?: string;
  /**
   * Whether this `Authorization` header is valid, as far as known without hashing: a token, or a password that was
   * verified before.
   */
  knows(header: string): boolean;
  /** Whether too many passwords are waiting to be verified. */
  readonly busy: boolean;
  /**
   * Whether the header is valid. Passwords are verified one after the other, so that clients cannot occupy all
   * processors.
   */
  verify(header: string): Promise<boolean>;
}

/** More users than expected in a file of hashes. */
const MAX_REMEMBERED = 100;
const MAX_WAITING = 20;

export function createAuthenticator({ users, tokens }: Pick<WebConfig, 'users' | 'tokens'>): Authenticator {
  // cached keys of headers are useless outside this process
  const key = randomBytes(32);
  const fingerprint = (header: string) => createHmac('sha256', key).update(header).digest('base64');
  const right = new Set<string>();
  const pending = new Map<string, Promise<boolean>>();
  let queue: Promise<unknown> = Promise.resolve();
  const [someHash] = users.values();

  function isToken(header: string): boolean {
    const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (token === undefined) return false;
    const digest = createHash('sha256').update(token).digest();
    // compares with all tokens, to take constant time
    return tokens.filter((known) => timingSafeEqual(known, digest)).length > 0;
  }

  async function isPassword(header: string): Promise<boolean> {
    const credentials = readBasic(header);
    if (!credentials || someHash === undefined) return false;
    const hash = users.get(credentials.user);
    // verification takes the same time for an unknown user
    const matches = await passwordMatches(credentials.password, hash ?? someHash);
    return matches && hash !== undefined;
  }

  function remember(mark: string): void {
    const [oldest] = right;
    if (right.size >= MAX_REMEMBERED && oldest !== undefined) right.delete(oldest);
    right.add(mark);
  }

  return {
    challenge: challengeOf(users.size > 0, tokens.length > 0),
    get busy() {
      return pending.size >= MAX_WAITING;
    },
    knows: (header) => isToken(header) || right.has(fingerprint(header)),
    verify(header) {
      const mark = fingerprint(header);
      // a browser sends several requests at once with a newly entered password
      const running = pending.get(mark);
      if (running) return running;
      const check = queue.then(() => isPassword(header));
      queue = check.catch(() => undefined);
      const result = check.then((ok) => {
        if (ok) remember(mark);
        return ok;
      });
      pending.set(mark, result);
      void result.catch(() => undefined).finally(() => pending.delete(mark));
      return result;
    },
  };
}

function challengeOf(basic: boolean, bearer: boolean): string | undefined {
  const challenges = [
    ...(basic ? ['Basic realm="Onehertz", charset="UTF-8"'] : []),
    ...(bearer ? ['Bearer realm="Onehertz"'] : []),
  ];
  return challenges.length > 0 ? challenges.join(', ') : undefined;
}

/** RFC 7617: the user is the text before the first colon. */
function readBasic(header: string): { user: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
