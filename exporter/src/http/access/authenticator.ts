/** Basic authentication and bearer tokens. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { WebConfig } from '../../config/web/load';
import { createFairQueue, type FairQueue } from '../../runtime/fair-queue';
import type { Limiter } from './limiter';
import { passwordMatches } from './password';

export interface Authenticator {
  /** Value of `WWW-Authenticate`; `undefined` if authentication is not required. */
  readonly challenge?: string;
  /**
   * Whether this `Authorization` header is valid, as far as known without hashing: a token, or a password that was
   * verified before.
   */
  knows(header: string): boolean;
  /** What comes of any other header. Passwords are compared one after the other, so that no client keeps all processors busy. */
  verify(header: string, sender: string): Promise<Verdict>;
  /** With other users and tokens; those whose password was right and is the same are still known. */
  with(web: Pick<WebConfig, 'users' | 'tokens'>): Authenticator;
}

export type Verdict =
  | { is: 'right' | 'wrong' }
  /** So many passwords wait to be compared that this one would wait for long. */
  | { is: 'busy' }
  /** This sender was wrong too often; it may try again in so many seconds. */
  | { is: 'refused'; waitSeconds: number };

/** More users than a file of hashes is made for. */
const MAX_REMEMBERED = 100;
/** Passwords that wait: a proxy may send many clients at once. */
const MAX_WAITING = { perAsker: 50, total: 500 };

/** What lasts over a reload. */
interface Lasting {
  /** What is remembered of a header is of no use outside this process. */
  key: Buffer;
  /** Whose headers were right, and by which hash. */
  right: Map<string, { user: string; hash: string }>;
  queue: FairQueue;
}

/** @param failures wrong passwords and tokens by sender: only what was compared counts */
export function createAuthenticator(
  { users, tokens }: Pick<WebConfig, 'users' | 'tokens'>,
  failures: Pick<Limiter, 'hit' | 'peek'>,
  lasting: Lasting = { key: randomBytes(32), right: new Map(), queue: createFairQueue(MAX_WAITING) }
): Authenticator {
  const { key, right, queue } = lasting;
  const fingerprint = (header: string) => createHmac('sha256', key).update(header).digest('base64');
  const pending = new Map<string, Promise<Verdict>>();
  const [someHash] = users.values();

  function isToken(header: string): boolean {
    const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (token === undefined) return false;
    const digest = createHash('sha256').update(token).digest();
    // compares with all tokens, to take constant time
    return tokens.filter((known) => timingSafeEqual(known, digest)).length > 0;
  }

  function isRemembered(header: string): boolean {
    const found = right.get(fingerprint(header));
    return found !== undefined && users.get(found.user) === found.hash;
  }

  async function isPassword(header: string): Promise<boolean> {
    const credentials = readBasic(header);
    if (!credentials || someHash === undefined) return false;
    const { user, password } = credentials;
    const hash = users.get(user);
    // an unknown user takes as long as a known one
    const matches = await passwordMatches(password, hash ?? someHash);
    if (!matches || hash === undefined) return false;
    const [oldest] = right.keys();
    if (right.size >= MAX_REMEMBERED && oldest !== undefined) right.delete(oldest);
    right.set(fingerprint(header), { user, hash });
    return true;
  }

  /** When its turn comes: those before it may have been wrong. */
  async function compare(header: string, sender: string): Promise<Verdict> {
    const waitSeconds = await failures.peek(sender);
    if (waitSeconds !== undefined) return { is: 'refused', waitSeconds };
    if (await isPassword(header)) return { is: 'right' };
    await failures.hit(sender);
    return { is: 'wrong' };
  }

  return {
    challenge: challengeOf(users.size > 0, tokens.length > 0),
    knows: (header) => isToken(header) || isRemembered(header),
    verify(header, sender) {
      // a browser sends several requests at once with what was just typed in
      const mark = `${sender} ${fingerprint(header)}`;
      const running = pending.get(mark);
      if (running) return running;
      const result = queue.add(sender, () => compare(header, sender));
      if (!result) return Promise.resolve({ is: 'busy' });
      pending.set(mark, result);
      void result.catch(() => undefined).finally(() => pending.delete(mark));
      return result;
    },
    with: (web) => createAuthenticator(web, failures, lasting),
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
