/**
 * Remembers that Grafana refused a password, over restarts too: Grafana locks a user out after some wrong passwords, whoever sends them,
 * and an exporter that is started again and again would keep the administrator out for ever.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../../../probes/kit/json-reader';
import { readToken, writeToken } from './token-store';

export interface RefusedSignIn {
  /** How long nobody may try again, in milliseconds; 0 if these credentials may be tried. */
  pauseMs(): Promise<number>;
  /** @returns how long nobody may try again, in milliseconds. @throws if that cannot be kept for the next start */
  add(): Promise<number>;
  /** They were accepted. */
  clear(): Promise<void>;
}

/** Longer than the five minutes over which Grafana counts: with few exporters it never counts five. */
const FIRST_PAUSE_MS = 6 * 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

const kept = z.object({
  salt: z.string(),
  /** Of user and password, so that others may be tried at once. */
  hash: z.string(),
  count: z.number().int().positive(),
  /** Milliseconds since the epoch. */
  until: z.number(),
});
type Kept = z.infer<typeof kept>;

/** @param tokenStore the file is beside it @param credentials are not written, but as a salted hash */
export function createRefusedSignIn(tokenStore: string, credentials: string): RefusedSignIn {
  const file = `${tokenStore}.refused`;
  /** For as long as the file cannot be written. */
  let own: Kept | undefined;

  async function last(): Promise<Kept | undefined> {
    const text = await readToken(file).catch(() => undefined);
    const found = kept.safeParse(text === undefined ? undefined : parseJson(text)).data ?? own;
    return found && (await isOf(found, credentials)) ? found : undefined;
  }

  return {
    async pauseMs() {
      const found = await last();
      // a clock that was set back must not make it longer
      return found ? Math.min(LONGEST_PAUSE_MS, Math.max(0, found.until - Date.now())) : 0;
    },
    async add() {
      const count = ((await last())?.count ?? 0) + 1;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
      const salt = randomBytes(16).toString('hex');
      own = { salt, hash: (await hashOf(credentials, salt)).toString('hex'), count, until: Date.now() + pauseMs };
      await writeToken(file, JSON.stringify(own));
      return pauseMs;
    },
    async clear() {
      own = undefined;
      await rm(file, { force: true });
    },
  };
}

const derive = promisify<string, string, number, Buffer>(scrypt);
const HASH_BYTES = 32;
const hashOf = (credentials: string, salt: string) => derive(credentials, salt, HASH_BYTES);

async function isOf({ hash, salt }: Kept, credentials: string): Promise<boolean> {
  const [wanted, given] = [Buffer.from(hash, 'hex'), await hashOf(credentials, salt)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
