/** Requests of commands to a running exporter, and tables of what it answers. */
import { isObject, parseObject, type JsonObject, type JsonValue } from '@onehertz/contract';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { userInfo } from 'node:os';
import { readText } from '../config/reading/read-text';
import { safeDecode } from '../text/decode';
import { rootCause, toError } from '../text/errors';
import { safeText } from '../text/safe-text';
import { fail } from './check';

/** Flags of the commands that ask an exporter for something for components. */
export interface RequestFlags {
  /** Of the exporter; user and password may be in it. */
  url: string;
  reason?: string;
  by?: string;
  end?: true;
  bearerTokenFile?: string;
}

const TIMEOUT_MS = 10_000;
const MOST_TOKEN_BYTES = 16_384;

/** Adds the words and flags of {@link RequestFlags} to a command. @param url the default @param what it is: `maintenance` */
export function withRequestFlags(command: Command, url: string, what: string): Command {
  return command
    .argument('[components...]', 'names, then how long: redis backend 30m; none: list')
    .option('--url <address>', 'URL of the exporter, with user and password if it requires them', url)
    .option('--reason <text>', 'why; shown to everyone who sees the component')
    .option('--by <name>', 'who requests it; default: the user of this process')
    .option('--end', `end the ${what} of these components`)
    .option('--bearer-token-file <file>', 'file with a token, if the exporter requires one');
}

/** The parameters of a request, from components and, as the last word, how long. @param command for messages: `maintenance` */
export function requestQuery(words: readonly string[], flags: RequestFlags, command: string): string {
  const components = words.slice(0, -1);
  if (components.length === 0)
    fail(`onehertz ${command} needs a component and a duration: onehertz ${command} redis 30m --reason upgrade`);
  const query = new URLSearchParams({ duration: words.at(-1) ?? '', by: flags.by ?? userName() });
  for (const name of components) query.append('component', name);
  if (flags.reason !== undefined) query.set('reason', flags.reason);
  return `?${query.toString()}`;
}

/** Ends the process with a message if the exporter cannot be reached or rejects the request. @param path below `/api/v1/` */
export async function ask(flags: RequestFlags, method: string, path: string): Promise<JsonObject> {
  const { origin, headers } = await addressOf(flags);
  let response: Response;
  let said: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    response = await fetch(`${origin}/api/v1/${path}`, { method, headers, signal });
    said = await response.text();
  } catch (error) {
    const { message } = rootCause(error);
    return fail(`The exporter at ${origin} cannot be reached: ${safeText(message, 200)}; is --url right?`);
  }
  const answer = parseObject(said);
  if (response.ok && answer) return answer;
  const why = typeof answer?.error === 'string' ? answer.error : `HTTP ${response.status}`;
  return fail(`The exporter at ${origin} rejected the request: ${safeText(why, 400)}`);
}

async function addressOf({
  url,
  bearerTokenFile,
}: RequestFlags): Promise<{ origin: string; headers: Record<string, string> }> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return fail('--url: expected the address of an exporter, e.g. http://localhost:10111');
  const { origin, pathname, username, password } = new URL(url);
  const headers: Record<string, string> = {};
  if (username !== '' || password !== '') {
    const credentials = `${safeDecode(username)}:${safeDecode(password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  if (bearerTokenFile !== undefined) headers.authorization = `Bearer ${await tokenIn(bearerTokenFile)}`;
  return { origin: origin + pathname.replace(/\/$/, ''), headers };
}

async function tokenIn(path: string): Promise<string> {
  try {
    return (await readText(path, MOST_TOKEN_BYTES)).trim();
  } catch (error) {
    return fail(`--bearer-token-file: ${path} ${toError(error).message}`);
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ''; // the user of a container may have no name
  }
}

/** The objects of a list in an answer. */
export function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((entry) => isObject(entry)) : [];
}

/** A row for each object, with the values of these keys. @param nothing instead of a table without rows */
export function tableOf(rows: readonly JsonObject[], keys: readonly string[], nothing: string): string {
  if (rows.length === 0) return `${nothing}\n`;
  const table = new Table({ head: [...keys], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(keys.map((key) => (typeof row[key] === 'string' ? safeText(row[key], 300) : '')));
  return `${table.toString()}\n`;
}
