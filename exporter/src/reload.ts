/**
 * Reloads the configuration: on SIGHUP, over HTTP, or when a file changes. An invalid configuration is rejected and the
 * running one is kept.
 */
import type { Logger } from 'pino';
import { formatProblems, type ConfigProblem, type LoadResult } from './config/load';
import { watchFiles } from './config/watch';
import type { Exporter } from './exporter';
import type { ReloadResult } from './http/lifecycle';
import { PartError } from './runtime/change';
import { describeError } from './text/errors';

export interface Reloader {
  /** Resolves when changes of the files are no longer missed. */
  readonly ready: Promise<void>;
  reload(trigger: string): Promise<ReloadResult>;
  /** Resolves when no reload is in progress. */
  close(): Promise<void>;
}

export interface ReloaderOptions {
  load(): Promise<LoadResult>;
  exporter: Exporter;
  log: Logger;
  /** Files whose change causes a reload. */
  files: readonly string[];
}

const RETRY_MS = 5000;

/** Describes which part of a configuration cannot be applied, and why. */
export function explainPart({ part, cause }: PartError): string {
  return `${part}: cannot be applied: ${describeError(cause)}`;
}

export function createReloader({ load, exporter, log, files }: ReloaderOptions): Reloader {
  const watcher = watchFiles(files, () => void reload('file change'));
  let running: Promise<ReloadResult> | undefined;
  let waiting: Promise<ReloadResult> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  /** Ends the wait for what a reload is reading. */
  let breakOff: (() => void) | undefined;

  /** One at a time: all requests during a reload share the next one. */
  function reload(trigger: string): Promise<ReloadResult> {
    if (running) return (waiting ??= running.then(() => begin(trigger)));
    return begin(trigger);
  }

  function begin(trigger: string): Promise<ReloadResult> {
    waiting = undefined;
    running = once(trigger).finally(() => {
      if (!waiting) running = undefined;
    });
    return running;
  }

  async function once(trigger: string): Promise<ReloadResult> {
    try {
      // of each reload its own: one promise for all would keep what each of them read
      const broken = new Promise<undefined>((resolve) => (breakOff = () => resolve(undefined)));
      const loaded = await Promise.race([load(), broken]);
      if (closed || !loaded) return { ok: false, problems: 'onehertz is stopping' };
      retryIfUnread(loaded.ok ? loaded.warnings : loaded.problems);
      if (!loaded.ok) return await refuse(trigger, formatProblems(loaded.problems), loaded.files);
      for (const warning of loaded.warnings)
        log.warn({ problem: formatProblems([warning]) }, 'part of the configuration is ignored');
      // before the result is visible, so that no change made in reaction to it is missed
      const before = files;
      files = [...new Set([...before, ...loaded.files])];
      await watcher.update(files);
      await exporter.configure(loaded.config);
      await watcher.update((files = loaded.files));
      exporter.self.reloadSuccessful = true;
      exporter.self.configProblems = loaded.warnings.length;
      log.info({ trigger, components: loaded.config.components.length }, 'configuration reloaded');
      return { ok: true };
    } catch (error) {
      if (error instanceof PartError) return refuse(trigger, explainPart(error), []);
      // unexpected; later reloads must remain possible
      log.error({ err: error, trigger }, 'the reload failed');
      return refuse(trigger, `the reload failed: ${describeError(error)}`, []);
    }
  }

  /**
   * Retries after a read error that may be temporary (no free file descriptors, unavailable disk), because no file
   * change will trigger a reload.
   */
  function retryIfUnread(problems: readonly ConfigProblem[]): void {
    clearTimeout(retry);
    if (problems.some(({ unread }) => unread)) retry = setTimeout(() => void reload('retry'), RETRY_MS);
  }

  /** @param needed files whose change may make the configuration valid, e.g. a secret's file that does not exist yet */
  async function refuse(trigger: string, problems: string, needed: readonly string[]): Promise<ReloadResult> {
    // before the result is visible, as above
    await watcher.update([...new Set([...files, ...needed])]);
    exporter.self.reloadSuccessful = false;
    log.error({ trigger, problems }, 'the new configuration was rejected; the previous one is kept');
    return { ok: false, problems };
  }

  return {
    ready: watcher.ready,
    reload,
    async close() {
      closed = true;
      breakOff?.();
      clearTimeout(retry);
      await Promise.all([watcher.close(), running]);
    },
  };
}
