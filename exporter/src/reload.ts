/** Reloads the configuration: on SIGHUP, over HTTP, when a file changes. A bad one is refused and the old one stays. */
import type { Logger } from 'pino';
import { formatProblems, type LoadResult } from './config/load';
import { watchFiles } from './config/watch';
import type { Exporter } from './exporter';
import type { ReloadResult } from './http/app';

export interface Reloader {
  reload(trigger: string): Promise<ReloadResult>;
  close(): Promise<void>;
}

export interface ReloaderOptions {
  load(): Promise<LoadResult>;
  exporter: Exporter;
  log: Logger;
  /** Files whose change causes a reload. */
  files: readonly string[];
}

export function createReloader({ load, exporter, log, files }: ReloaderOptions): Reloader {
  const watcher = watchFiles(files, () => void reload('file change'));
  let running: Promise<ReloadResult> | undefined;

  /** One at a time: whoever asks during a reload waits for a new one after it. */
  function reload(trigger: string): Promise<ReloadResult> {
    const next = (running ?? Promise.resolve()).then(() => once(trigger));
    running = next;
    return next;
  }

  async function once(trigger: string): Promise<ReloadResult> {
    const loaded = await load();
    exporter.self.reloadSuccessful = loaded.ok;
    if (!loaded.ok) {
      const problems = formatProblems(loaded.problems);
      log.error({ trigger, problems }, 'the new configuration was refused; the old one stays');
      return { ok: false, problems };
    }
    for (const warning of loaded.warnings)
      log.warn({ problem: formatProblems([warning]) }, 'part of the configuration is left out');
    await exporter.configure(loaded.config);
    await watcher.update(loaded.files);
    log.info({ trigger, components: loaded.config.components.length }, 'configuration reloaded');
    return { ok: true };
  }

  return { reload, close: () => watcher.close() };
}
