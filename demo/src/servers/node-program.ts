import { isHttpOk } from './http-ready';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface NodeOptions extends ServerOptions {
  name: string;
  /** Path of the JavaScript file. */
  script: string;
  /** May be a function of the port to listen on. */
  args?: string[] | ((port: number) => string[]);
  /** Added to the environment of this process; may be a function of the port to listen on. */
  env?: NodeJS.ProcessEnv | ((port: number) => NodeJS.ProcessEnv);
  /** Path that returns 2xx when it is ready; default: any response to `/`. */
  readyPath?: string;
  /** It does not listen: it is ready as soon as it runs, and its port is 0. */
  portless?: boolean;
}

/** Starts a Node program that serves HTTP on the given port, or does not listen. */
export async function startNode(options: NodeOptions): Promise<RunningServer> {
  const { name, script, args = [], env = {}, readyPath, portless = false } = options;
  const place = { ...(await placeFor(name, options)), ...(portless ? { port: 0 } : {}) };
  const { port, directory } = place;
  const url = `http://127.0.0.1:${port}`;
  const at = <T>(value: T | ((port: number) => T)) =>
    typeof value === 'function' ? (value as (port: number) => T)(port) : value;
  return startServer(
    {
      name,
      commands: [{ program: process.execPath, args: [script, ...at(args)], env: at(env), cwd: directory }],
      url,
      ready: () => portless || (readyPath === undefined ? answers(url) : isHttpOk(new URL(readyPath, url).href)),
    },
    place,
    options.onLine
  );
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  return true;
}
