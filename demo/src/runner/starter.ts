/** Starts parts one by one, reports progress, and skips those whose programs are not installed. */
import { MissingProgramError, type RunningServer } from '../servers';
import type { Parts } from './parts';

export interface Starter {
  /**
   * Starts a part and registers it.
   * @param title its description, or a function of the started server
   * @returns `undefined` if it could not be started; the reason was reported
   */
  start<T extends RunningServer>(
    name: string,
    title: string | ((server: T) => string),
    start: () => Promise<T>
  ): Promise<T | undefined>;
}

/** @param say called with a line for each part */
export function createStarter(parts: Parts, say: (line: string) => void): Starter {
  return {
    async start(name, title, start) {
      const begin = performance.now();
      try {
        const server = await start();
        const what = typeof title === 'string' ? title : title(server);
        parts.add({ name, title: what, address: addressOf(server), server });
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        say(`  ready     ${name.padEnd(16)} ${seconds.padStart(5)} s   ${what}`);
        return server;
      } catch (error) {
        say(`  left out  ${name.padEnd(16)}           ${reasonOf(error as Error)}`);
        return undefined;
      }
    },
  };
}

function reasonOf(error: Error): string {
  if (error instanceof MissingProgramError)
    return `${error.program} is not installed: apt-get install ${error.debianPackage}`;
  return error.message;
}

/** Without credentials. */
function addressOf({ port, url, host }: RunningServer): string {
  if (port === 0) return '';
  return url.startsWith('http') ? `http://${host}:${port}` : `${host}:${port}`;
}
