/** Basic authentication and bearer tokens. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { WebConfig } from '../../config/web/load';
import { passwordMatches } from './password';

export interface Authenticator {
  /** What `WWW-Authenticate` says; `undefined` when nobody has to authenticate. */
  readonly challenge?: string;
  /** Whether this `Authorization` header is right, as far as that can be told at once: a token, or a password that was right before. */
  knows(header: string): boolean;
  /** Whether so many passwords wait to be compared that another one would wait for long. */
  readonly busy: boolean;
  /** Whether it is right. Passwords are compared one after the other, so that no client keeps all processors busy. */
  verify(header: string): Promise<boolean>;
}

/** More users than a file of hashes is made for. */
const MAX_REMEMBERED = 100;
const MAX_WAITING = 20;

export function createAuthenticator({ users, tokens }: Pick<WebConfig, 'users' | 'tokens'>): Authenticator {
  // what is remembered of a header is of no use outside this process
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
    // all of them, whichever it is
    return tokens.filter((known) => timingSafeEqual(known, digest)).length > 0;
  }

  async function isPassword(header: string): Promise<boolean> {
    const credentials = readBasic(header);
    if (!credentials || someHash === undefined) return false;
    const hash = users.get(credentials.user);
    // an unknown user takes as long as a known one
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
      // a browser sends several requests at once with what was just typed in
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

/** RFC 7617: what stands before the first colon is the user. */
function readBasic(header: string): { user: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
