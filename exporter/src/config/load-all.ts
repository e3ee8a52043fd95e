/** Loads all that an exporter is started with: the components, and the web configuration beside them. */
import { configFromEnv, loadConfig, type FileSdMemory, type LoadResult } from './load';
import { loadWebConfig, type WebConfig } from './web/load';

export interface Sources {
  /** Without it, components come from the environment. */
  file?: string;
  webFile?: string;
  /** Of file_sd files, kept from load to load. */
  memory?: FileSdMemory;
}

/**
 * Both files are good, or neither is taken over: so one metric and one alert tell of a refused reload.
 * @param running what the server was started with
 */
export async function loadAll({ file, webFile, memory }: Sources, running?: WebConfig): Promise<LoadResult> {
  const loaded = await (file === undefined ? configFromEnv(process.env) : loadConfig(file, process.env, memory));
  if (webFile === undefined) return loaded;
  const web = await loadWebConfig(webFile, running);
  const files = [...loaded.files, ...web.files];
  if (!loaded.ok || !web.ok)
    return { ok: false, files, problems: [...(loaded.ok ? [] : loaded.problems), ...web.problems] };
  const config = { ...loaded.config, web: web.web };
  return { ok: true, config, files, warnings: [...loaded.warnings, ...web.warnings] };
}
