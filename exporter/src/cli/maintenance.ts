/** `onehertz maintenance`: asks a running exporter for maintenance of components, ends it, or lists it. */
import { isObject, parseObject, type JsonObject, type JsonValue } from '@onehertz/contract';
import Table from 'cli-table3';
import { userInfo } from 'node:os';
import { readText } from '../config/reading/read-text';
import { rootCause, toError } from '../text/errors';
import { safeText } from '../text/safe-text';
import { fail } from './check';

export interface MaintenanceFlags {
  /** Of the exporter; user and password may be in it. */
  url: string;
  reason?: string;
  by?: string;
  end?: true;
  bearerTokenFile?: string;
}

const TIMEOUT_MS = 10_000;
const MOST_TOKEN_BYTES = 16_384;

/** @param words components, and, unless it is to be ended, how long as the last of them; none: list */
export async function maintenance(words: readonly string[], flags: MaintenanceFlags): Promise<void> {
  if (words.length === 0) {
    if (flags.end) fail('onehertz maintenance --end needs the name of a component.');
    return void process.stdout.write(tableOf(await ask(flags, 'GET', '')));
  }
  if (flags.end) {
    for (const name of words) {
      await ask(flags, 'DELETE', `/${encodeURIComponent(name)}`);
      process.stdout.write(`Maintenance of ${name} ended.\n`);
    }
    return;
  }
  const components = words.slice(0, -1);
  const duration = words.at(-1);
  if (components.length === 0)
    fail(`onehertz maintenance needs a component and a duration: onehertz maintenance redis 30m --reason upgrade`);
  const by = flags.by ?? userName();
  const query = new URLSearchParams({ duration: duration ?? '', by });
  for (const name of components) query.append('component', name);
  if (flags.reason !== undefined) query.set('reason', flags.reason);
  process.stdout.write(tableOf(await ask(flags, 'POST', `?${query.toString()}`)));
}

async function ask(flags: MaintenanceFlags, method: string, path: string): Promise<JsonObject> {
  const { origin, headers } = await addressOf(flags);
  const address = `${origin}/api/v1/maintenance`;
  let response: Response;
  let said: string;
  try {
    response = await fetch(address + path, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
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
}: MaintenanceFlags): Promise<{ origin: string; headers: Record<string, string> }> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return fail('--url: expected the address of an exporter, e.g. http://localhost:10111');
  const { origin, pathname, username, password } = new URL(url);
  const headers: Record<string, string> = {};
  if (username !== '' || password !== '') {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
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

function tableOf({ maintenance: entries }: JsonObject): string {
  const rows = Array.isArray(entries) ? entries.filter((entry) => isObject(entry)) : [];
  if (rows.length === 0) return 'No maintenance was requested.\n';
  const table = new Table({
    head: ['component', 'until', 'by', 'reason'],
    style: { head: [], border: [], compact: true },
  });
  const cell = (value: JsonValue | undefined) => (typeof value === 'string' ? safeText(value, 300) : '');
  for (const row of rows) table.push([cell(row.component), cell(row.until), cell(row.by), cell(row.reason)]);
  return `${table.toString()}\n`;
}
