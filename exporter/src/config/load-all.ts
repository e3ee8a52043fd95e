/** Loads the whole configuration of an exporter: the components and the web configuration. */
import { configFromEnv, loadConfig, type FileSdMemory, type LoadResult } from './load';
import { loadWebConfig, type WebConfig } from './web/load';

export interface Sources {
  /** If absent, components come from the environment. */
  file?: string;
  webFile?: string;
  /** Contents of file_sd files, kept across loads. */
  memory?: FileSdMemory;
}

/**
 * Either both files are valid or neither is applied, so one metric and one alert cover a rejected reload.
 * @param running the web configuration with which the server was started
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
