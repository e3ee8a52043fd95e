/**
 * Loads the file of `--web.config.file`: TLS, headers and access to the HTTP server. All problems are reported at once.
 */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { describeIssue } from '../reading/issues';
import { type ConfigProblem, formatPath, inOrder, type Path } from '../reading/problems';
import { readText, UnreadableFile } from '../reading/read-text';
import { keysAt } from '../reading/schema-keys';
import { isMap } from '../reading/source';
import { readYaml } from '../reading/yaml-thread';
import { webSchema } from './schema';
import { readTls, type WebTls } from './tls';

export interface WebConfig {
  /** Absent: plain HTTP. */
  tls?: WebTls;
  /**
   * Sent with every response, replacing the exporter's headers of the same name; a header with an empty value is not
   * sent.
   */
  headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user name. */
  users: ReadonlyMap<string, string>;
  /** SHA-256 digests of the tokens. */
  tokens: readonly Buffer[];
  /** One request per `intervalMs` on average, `burst` at once. */
  rateLimit?: { intervalMs: number; burst: number };
}

export type WebLoadResult = { warnings: ConfigProblem[]; problems: ConfigProblem[]; files: string[] } & (
  { ok: true; web: WebConfig } | { ok: false }
);

const MAX_FILE_BYTES = 1_048_576;
const MAX_TOKEN_BYTES = 65_536;
/** Shorter tokens can be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** Access without authentication: the default without a file. */
export const OPEN_WEB: WebConfig = { headers: {}, users: new Map(), tokens: [] };

/**
 * Loads a web configuration file. Never throws because of its content. Variables are not expanded, as in Prometheus:
 * hashes contain dollar signs.
 * @param file as named by the user; file names in it are relative to its folder
 * @param running the configuration with which the server was started: changes that require a restart are reported as
 *   problems
 */
export async function loadWebConfig(file: string, running?: WebConfig): Promise<WebLoadResult> {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const files = [resolve(file)];
  const failed = () => ({ ok: false as const, problems: inOrder(problems), warnings, files });
  let text: string;
  try {
    text = await readText(file, MAX_FILE_BYTES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problems.push({ file, path: '', message: error.message });
    return failed();
  }
  const document = await readYaml(text, file);
  problems.push(...document.problems);
  if (document.fatal) return failed();
  const at = (path: Path, message: string) => ({
    file,
    line: document.lineOf(path),
    path: formatPath(path),
    message,
  });
  const report = (path: Path, message: string) => void problems.push(at(path, message));

  const value = document.value ?? {};
  if (!isMap(value)) report([], 'expected a map with keys such as tls_server_config and basic_auth_users');
  if (!isMap(value)) return failed();
  const parsed = webSchema.safeParse(value);
  if (!parsed.success) {
    const options = { value, mayShow, knownKeys: (path: Path) => keysAt(webSchema, path) };
    for (const issue of parsed.error.issues)
      for (const finding of describeIssue(issue, options)) report(finding.path, finding.message);
    return failed();
  }
  const { tls_server_config, http_server_config, basic_auth_users, rate_limit, ...rest } = parsed.data;
  const directory = dirname(resolve(file));
  const section = 'tls_server_config';
  const tls = tls_server_config
    ? await readTls(tls_server_config, directory, {
        problem: (path, message) => report([section, ...path], message),
        warning: (path, message) => void warnings.push(at([section, ...path], message)),
        file: (path) => void files.push(path),
      })
    : undefined;
  if (running && problems.length === 0) {
    if (!running.tls !== !tls)
      report([section], `cannot be ${tls ? 'added' : 'removed'} by a reload; restart the exporter`);
    else if (running.tls?.clientAuth !== tls?.clientAuth)
      report([section, 'client_auth_type'], 'cannot be changed by a reload; restart the exporter');
  }
  const tokens = Object.values(rest.bearer_tokens ?? {}).map((hash) => Buffer.from(hash, 'hex'));
  for (const [name, tokenFile] of Object.entries(rest.bearer_token_files ?? {})) {
    const path = ['bearer_token_files', name];
    files.push(resolve(directory, tokenFile));
    const token = await readToken(resolve(directory, tokenFile));
    if (token instanceof UnreadableFile) report(path, `the file ${tokenFile}: ${token.message}`);
    else tokens.push(createHash('sha256').update(token).digest());
  }
  if (problems.length > 0) return failed();
  const headers = Object.entries(http_server_config?.headers ?? {}).filter(([, text]) => text !== undefined);
  const web: WebConfig = {
    ...(tls && { tls }),
    headers: Object.fromEntries(headers),
    users: new Map(Object.entries(basic_auth_users ?? {})),
    tokens,
    ...(rate_limit &&
      rate_limit.interval > 0 && { rateLimit: { intervalMs: rate_limit.interval, burst: rate_limit.burst } }),
  };
  return { ok: true, web, problems, warnings, files };
}

/** Only TLS settings are quoted in messages, except keys and values that may contain one. */
function mayShow(path: Path): boolean {
  return path[0] === 'tls_server_config' && /version|suites|curve|type/.test(String(path[1]));
}

async function readToken(file: string): Promise<string | UnreadableFile> {
  try {
    const token = (await readText(file, MAX_TOKEN_BYTES)).trim();
    if (token.length >= MIN_TOKEN_LENGTH) return token;
    return new UnreadableFile(
      `holds fewer than ${MIN_TOKEN_LENGTH} characters; generate a token with "openssl rand -hex 32"`
    );
  } catch (error) {
    if (error instanceof UnreadableFile) return error;
    throw error;
  }
}
