/** The section `alertmanager`: whose silences are shown and made, and how it is asked. */
import { z } from 'zod';
import { httpUrl, namesUser } from '../fields/fields';
import { checkHttp, httpFields, httpOptions } from '../probes/http-client/settings';
import { type ConfigProblem, formatPath, type Path } from './reading/problems';
import { readSecrets } from './reading/secret-files';
import { type ComponentSource, isMap, problemAt } from './reading/source';

export const alertmanagerSchema = z.strictObject({
  ...httpFields(
    'Address of Alertmanager, with its path prefix if it has one, e.g. `http://alertmanager:9093`. It may belong to several replicas.'
  ),
  external_url: httpUrl()
    .optional()
    .describe('Its address for people, to which the landing page links; default: no links.'),
  ...httpOptions,
});

/** Ready to use: secrets are read. */
export type AlertmanagerConfig = Omit<z.output<typeof alertmanagerSchema>, 'url' | `${string}_file`> & { url: string };

export interface CheckedAlertmanager {
  /** Absent if there are problems. */
  config?: AlertmanagerConfig;
  problems: ConfigProblem[];
  /** Absolute paths of the secret files, to be watched. */
  files: string[];
}

/**
 * Reads the secrets of a validated section, and checks rules that the schema cannot express.
 * @param source its value is the schema's output
 * @param directory base of relative file names
 */
export async function resolveAlertmanager(source: ComponentSource, directory: string): Promise<CheckedAlertmanager> {
  const { value } = source;
  if (!isMap(value)) return { problems: [], files: [] };
  const { problems, files, keys } = await readSecrets(source, alertmanagerSchema, directory);
  if (problems.length > 0) return { problems, files };
  /** A value that was read from a file is reported under the key that names the file. */
  const written = (path: Path): Path =>
    keys.has(formatPath(path)) ? [...path.slice(0, -1), `${String(path.at(-1))}_file`] : path;
  const report = (path: Path, message: string) => problems.push(problemAt(source, written(path), message));

  // what came from files is not validated yet
  const checked = alertmanagerSchema.safeParse(value);
  const issues = checked.success ? [] : checked.error.issues;
  for (const { path, message } of issues) report(path, message);
  const { url, external_url } = value as z.output<typeof alertmanagerSchema>;
  if (url === undefined) report([], 'url is required, but missing; set url or url_file');
  else if (issues.length === 0) {
    const { search, pathname } = new URL(url);
    if (search !== '') report(['url'], 'must not have a query: the path of the API is added to it');
    if (/\/api(\/v\d)?\/?$/.test(pathname))
      report(['url'], 'expected the address without /api/v2, which is added to it');
  }
  if (external_url !== undefined && namesUser(external_url))
    report(['external_url'], 'expected an address without user and password: everybody who sees the board sees it');
  for (const { path, message } of checkHttp(value as AlertmanagerConfig)) report(path, message);
  return problems.length > 0 ? { problems, files } : { config: value as AlertmanagerConfig, problems, files };
}
