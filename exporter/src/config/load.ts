/** Loads a configuration from a file or from environment variables. All problems are reported at once. */
import { dirname, resolve } from 'node:path';
import { COMPONENT_NAME } from '../fields/fields';
import type { Timing } from '../probes/definition';
import { createSlice } from '../runtime/slices';
import { resolveAlertmanager } from './alertmanager';
import { checkComponent } from './components/check';
import {
  type Candidate,
  checkNames,
  dependencyCycles,
  type Named,
  unknownDependencies,
} from './components/dependencies';
import { componentsFromEnv, grafanaLiveFromEnv, hasForeignUrl, NOTHING_IN_ENVIRONMENT } from './components/from-env';
import { toTarget } from './components/target';
import { checkComponentTiming } from './components/timing';
import { capacity } from './file-sd/capacity';
import { discover } from './file-sd/discovery';
import type { FileSdMemory } from './file-sd/files';
import { checkPattern } from './file-sd/patterns';
import { checkGrafanaLive, resolveGrafanaLive } from './grafana-live';
import { describeIssue } from './reading/issues';
import { type ConfigProblem, formatPath, inOrder, type Path } from './reading/problems';
import { readText, UnreadableFile } from './reading/read-text';
import { type FileTexts, NO_SECRETS, readSecretFiles, type ReadSecrets } from './reading/secret-files';
import { type ComponentSource, isMap, problemAt, sourceInFile } from './reading/source';
import { type ParsedText, readYaml } from './reading/yaml-thread';
import { type Config, fileSdSchema } from './schema';
import { checkSettings, defaultSettings, type Settings } from './settings';

export { type ConfigProblem, formatProblems } from './reading/problems';
export type { FileSdMemory } from './file-sd/files';

export type LoadResult =
  | {
      ok: true;
      config: Config;
      /** Problems of file_sd files: their last good targets are kept, or they are skipped. */
      warnings: ConfigProblem[];
      /** Absolute paths to watch: the file, the secret files, the patterns of file_sd. */
      files: string[];
    }
  | { ok: false; problems: ConfigProblem[]; files: string[] };

const MAX_FILE_BYTES = 1_048_576;

/**
 * Loads a file. Never throws because of its content.
 * @param file as named by the user; repeated in messages
 * @param env variables for `${VAR}`
 * @param memory pass the same one at each reload: a file_sd file that became invalid then keeps its last good targets
 * @param most components of all exporters that share the file; file_sd files with which there would be more are left out
 */
export async function loadConfig(
  file: string,
  env: NodeJS.ProcessEnv,
  memory: FileSdMemory = new Map(),
  most = capacity()
): Promise<LoadResult> {
  const files = [resolve(file)];
  const directory = dirname(resolve(file));
  let text: string;
  try {
    text = await readText(file, MAX_FILE_BYTES, { pipes: true });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { ok: false, problems: [{ file, path: '', message: error.message, unread: error.unread }], files };
  }
  const document = await readYaml(text, file, { env });
  const problems = [...document.problems];
  if (document.fatal) return { ok: false, problems, files };
  const at = (path: Path, message: string) =>
    problems.push({ file, line: document.lineOf(path), path: formatPath(path), message });

  const settings = checkSettings(document, at);
  if (settings === undefined) return { ok: false, problems, files };
  const patterns: string[] = [];
  const sources: ComponentSource[] = [];
  for (const [index, value] of settings.components.entries()) {
    const path = ['components', index];
    if (!isMap(value) || !Object.hasOwn(value, 'file_sd')) sources.push(sourceInFile(file, document, value, path));
    else patterns.push(...checkFileSd(document, value, path, at));
  }
  const secrets = new Map<ComponentSource, ReadSecrets>();
  const texts: FileTexts = new Map();
  for (const source of sources) secrets.set(source, await readSecretFiles(source, directory, texts));
  files.push(...[...secrets.values()].flatMap((read) => read.files));
  const checked = checkComponents(sources, settings, secrets);
  problems.push(...checked.problems);
  const section = (key: 'grafana_live' | 'alertmanager') => sourceInFile(file, document, settings[key], [key]);
  const live = await resolveGrafanaLive(section('grafana_live'), directory);
  const alertmanager = await resolveAlertmanager(section('alertmanager'), directory);
  problems.push(...live.problems, ...alertmanager.problems);
  files.push(...live.files, ...alertmanager.files);

  const found = await discover({ patterns, directory, memory, taken: checked.candidates, timing: settings, most });
  files.push(...found.files);
  const candidates = [...checked.candidates, ...found.candidates];
  const names = [...checked.names, ...found.candidates.map(({ name }) => name)];
  const warnings = [...found.warnings];
  // a name may disappear with a file of targets, which is no reason to reject the configuration
  (patterns.length > 0 ? warnings : problems).push(...unknownDependencies(candidates, names));
  problems.push(...dependencyCycles(candidates));
  if (problems.length > 0) return { ok: false, problems: inOrder(problems), files };
  const sections = { grafana_live: live.config, alertmanager: alertmanager.config };
  return { ok: true, config: await assemble(settings, candidates, sections), warnings, files };
}

/** The configuration from environment variables: DATABASE_URL, REDIS_URL, SERVICES, GRAFANA_URL and so on. */
export async function configFromEnv(env: NodeJS.ProcessEnv): Promise<LoadResult> {
  const sources = componentsFromEnv(env);
  if (sources.length === 0) {
    const problem = { file: 'environment', path: '', message: NOTHING_IN_ENVIRONMENT };
    return { ok: false, problems: [problem], files: [] };
  }
  const settings = defaultSettings();
  const ours = sources.filter((source) => !hasForeignUrl(source));
  const { problems, candidates } = checkComponents(ours, settings);
  const grafana = grafanaLiveFromEnv(env);
  const live = grafana ? await checkGrafanaLive(grafana.source, process.cwd()) : { problems: [], files: [] };
  if (problems.length > 0 || ours.length === 0 || (grafana?.isMeant && live.problems.length > 0)) {
    const all = checkComponents(componentsFromEnv(env), settings).problems;
    return { ok: false, problems: [...all, ...live.problems], files: live.files };
  }
  const foreign = checkComponents(sources.filter(hasForeignUrl), settings).problems;
  const warnings = [...foreign, ...live.problems].map((problem) => ({
    ...problem,
    message: `${problem.message} (left out)`,
  }));
  return {
    ok: true,
    config: await assemble(settings, candidates, { grafana_live: live.config }),
    warnings,
    files: live.files,
  };
}

/** Checks each component, and that names are unique. The candidates are complete only if there are no problems. */
function checkComponents(
  sources: readonly ComponentSource[],
  timing: Timing,
  secrets?: ReadonlyMap<ComponentSource, ReadSecrets>
): { problems: ConfigProblem[]; candidates: Candidate[]; names: string[] } {
  const problems: ConfigProblem[] = [];
  const candidates: Candidate[] = [];
  const named: Named[] = [];
  for (const source of sources) {
    const { rest, problems: wrong } = checkComponent(source, secrets?.get(source) ?? NO_SECRETS);
    problems.push(...wrong);
    const name = isMap(source.value) ? source.value['name'] : undefined;
    if (typeof name === 'string' && COMPONENT_NAME.test(name)) named.push({ name, source });
    if (rest === undefined) continue;
    for (const { path, message } of checkComponentTiming(rest, timing)) problems.push(problemAt(source, path, message));
    candidates.push({ name: rest.name, component: rest, source });
  }
  problems.push(...checkNames(named));
  return { problems, candidates, names: named.map(({ name }) => name) };
}

/** The pattern of a `file_sd` entry if it is valid. */
function checkFileSd(
  document: ParsedText,
  value: Record<string, unknown>,
  path: Path,
  report: (path: Path, message: string) => void
): string[] {
  const checked = fileSdSchema.safeParse(value);
  if (checked.success) {
    const message = checkPattern(checked.data.file_sd);
    if (message === undefined) return [checked.data.file_sd];
    report([...path, 'file_sd'], message);
    return [];
  }
  const options = { value, mayShow: () => false, knownKeys: () => ['file_sd'] };
  for (const issue of checked.error.issues)
    if (!document.isBroken([...path, ...issue.path]))
      for (const finding of describeIssue(issue, options)) report([...path, ...finding.path], finding.message);
  return [];
}

async function assemble(
  { components: _, grafana_live: __, alertmanager: ___, interval, timeout, ...settings }: Settings,
  candidates: readonly Candidate[],
  { grafana_live, alertmanager }: Pick<Config, 'grafana_live' | 'alertmanager'>
): Promise<Config> {
  const names = new Set(candidates.map(({ name }) => name));
  const components: Config['components'] = [];
  const slice = createSlice();
  for (const { component } of candidates) {
    if (slice.isOver()) await slice.next();
    components.push(toTarget(component, { interval, timeout }, names));
  }
  return { ...settings, ...(grafana_live && { grafana_live }), ...(alertmanager && { alertmanager }), components };
}
