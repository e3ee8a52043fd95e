/** The section `grafana_live`: the Grafana servers to push to, and their credentials. */
import { DEFAULT_STREAM_ID } from '@onehertz/contract';
import { resolve } from 'node:path';
import { z } from 'zod';
import { duration } from '../fields/duration';
import { httpUrl } from '../fields/fields';
import { withFile } from '../fields/secrets';
import { checkTls, tlsFields } from '../fields/tls';
import { parseConverting } from './reading/conversion';
import { describeIssue } from './reading/issues';
import type { ConfigProblem, Path } from './reading/problems';
import { keysAt } from './reading/schema-keys';
import { readSecrets } from './reading/secret-files';
import { type ComponentSource, isMap, problemAt } from './reading/source';

export const grafanaLiveSchema = z.strictObject({
  url: httpUrl().describe('Address of Grafana, with its sub-path if it has one, e.g. `http://grafana:3000`.'),
  stream_id: z
    .string()
    .regex(/^[A-Za-z0-9_.=-]{1,100}$/, 'expected ASCII letters, digits and "_ - . =", at most 100')
    .default(DEFAULT_STREAM_ID)
    .describe(
      'Second part of the channels: `stream/<stream_id>/components` (or `…/board`, see `format`), `…/summary`, `…/events`. ' +
        'One of several exporters adds its `-<vantage>` and `-<shard index>`.'
    ),
  ...withFile(
    'token',
    z.string().min(1).optional().describe('Token of a service account with the role Editor (`live:push`).')
  ),
  username: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Instead of a token: an administrator account, with which the exporter creates a service account for itself.'
    ),
  ...withFile('password', z.string().min(1).optional().describe('Password of `username`.')),
  token_store: z
    .string()
    .min(1)
    .optional()
    .describe('With `username`: file in which the token is kept for the next start, written with mode 0600.'),
  org_id: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'With `username`: ID of the organization to which service account, token and board belong, whichever one the user has selected in the browser. ' +
        'Default: 1. A token belongs to one organization anyway.'
    ),
  transport: z
    .enum(['http', 'websocket'])
    .default('http')
    .describe(
      '`websocket` saves some work per push, but some versions of Grafana require the role Admin. Not with `username`.'
    ),
  format: z
    .enum(['auto', 'rows', 'compact'])
    .default('auto')
    .describe(
      '`rows`: each component has fields of its own in `…/components`. `compact`: many share a row of `…/board`, which browsers can read for thousands. `auto`: rows up to 200 components.'
    ),
  timeout: duration().prefault('5s').describe('Timeout of one push. Meanwhile only the newest tick is queued.'),
  ...tlsFields,
  tls_insecure: z.boolean().default(false).describe('Shorthand for `tls: { insecure: true }`.'),
});

type Parsed = z.output<typeof grafanaLiveSchema>;

/**
 * Ready to use: secrets read, `token_store` absolute. Has either `token`, or `username`, `password` and `token_store`.
 */
export type GrafanaLiveConfig = Omit<Parsed, 'token_file' | 'password_file'>;

export interface CheckedGrafanaLive {
  /** Absent if there are problems. */
  config?: GrafanaLiveConfig;
  problems: ConfigProblem[];
  /** Absolute paths of the secret files, to be watched. */
  files: string[];
}

/** Like {@link resolveGrafanaLive}, for a section that is not validated yet. */
export async function checkGrafanaLive(source: ComponentSource, directory: string): Promise<CheckedGrafanaLive> {
  const { value } = source;
  const parsed = parseConverting(grafanaLiveSchema, value, source.isText);
  if (parsed.ok) return resolveGrafanaLive({ ...source, value: parsed.data }, directory);
  const options = {
    value,
    mayShow: (path: Path) => !source.isText(path),
    knownKeys: (path: Path) => keysAt(grafanaLiveSchema, path),
  };
  const findings = parsed.issues.flatMap((issue) => describeIssue(issue, options));
  return { problems: findings.map(({ path, message }) => problemAt(source, path, message)), files: [] };
}

/** Grafana's own default, as for what it provisions. */
export const DEFAULT_ORG_ID = 1;

/** Characters allowed in an HTTP header. A line break within the token means that the wrong file was named. */
export const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Reads the secrets of a validated section, and checks rules that the schema cannot express.
 * @param source its value is the schema's output
 * @param directory base of relative file names
 */
export async function resolveGrafanaLive(source: ComponentSource, directory: string): Promise<CheckedGrafanaLive> {
  const { value } = source;
  if (!isMap(value)) return { problems: [], files: [] };
  const { problems, files, keys } = await readSecrets(source, grafanaLiveSchema, directory);
  if (problems.length > 0) return { problems, files };
  const config = value as GrafanaLiveConfig;
  const report = (path: Path, message: string) => problems.push(problemAt(source, path, message));
  const { url, token, username, password, token_store, org_id, transport } = config;

  if (new URL(url).username !== '') report(['url'], 'must not hold credentials; set username and password, or token');
  if (token === undefined && username === undefined)
    report([], 'set token or token_file; or username, password and token_store, to let the exporter create a token');
  if (token !== undefined && username !== undefined)
    report(['username'], 'has no effect together with a token; keep one of them');
  if (token !== undefined && !TOKEN.test(token))
    report([keys.has('token') ? 'token_file' : 'token'], 'expected one word of printable ASCII characters');
  if (username !== undefined) {
    if (username.includes(':')) report(['username'], 'must not contain ":"');
    if (password === undefined) report(['username'], 'also needs password or password_file');
    if (token_store === undefined) report(['username'], 'also needs token_store: a file that survives restarts');
    if (transport === 'websocket')
      report(
        ['transport'],
        'expected http with username: the exporter creates a service account with the role Editor, and Grafana accepts pushes over a ' +
          'WebSocket only from the role Admin; remove transport, or set the token of an Admin instead of username'
      );
  }
  if (token !== undefined && org_id !== undefined)
    report(['org_id'], 'has no effect together with a token, which belongs to one organization; remove it');
  for (const { path, message } of checkTls(config, ['https'])) report(path, message);
  if (config.timeout === 0) report(['timeout'], 'must be longer than 0s');
  if (problems.length > 0) return { problems, files };
  return {
    config: { ...config, ...(token_store && { token_store: resolve(directory, token_store) }) },
    problems,
    files,
  };
}
