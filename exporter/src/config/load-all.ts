/** Loads the whole configuration of an exporter: the components and the web configuration. */
import { capacity } from './file-sd/capacity';
import { configFromEnv, loadConfig, type FileSdMemory, type LoadResult } from './load';
import { loadWebConfig, type WebConfig } from './web/load';

export interface Sources {
  /** If absent, components come from the environment. */
  file?: string;
  webFile?: string;
  /** Contents of file_sd files, kept across loads. */
  memory?: FileSdMemory;
  /** How many exporters share the components; default: 1. */
  shards?: number;
}

/**
 * Either both files are valid or neither is applied, so one metric and one alert cover a rejected reload.
 * @param running the web configuration with which the server was started
 */
export async function loadAll({ file, webFile, memory, shards }: Sources, running?: WebConfig): Promise<LoadResult> {
  const most = capacity(shards);
  const loaded = await (file === undefined ? configFromEnv(process.env) : loadConfig(file, process.env, memory, most));
  if (webFile === undefined) return loaded;
  const web = await loadWebConfig(webFile, running);
  const files = [...loaded.files, ...web.files];
  if (!loaded.ok || !web.ok)
    return { ok: false, files, problems: [...(loaded.ok ? [] : loaded.problems), ...web.problems] };
  const config = { ...loaded.config, web: web.web };
  return { ok: true, config, files, warnings: [...loaded.warnings, ...web.warnings] };
}
