import { isHttpOk } from './http-ready';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface NodeOptions extends ServerOptions {
  name: string;
  /** Path of the JavaScript file. */
  script: string;
  /** May depend on the port that it is to listen at. */
  args?: string[] | ((port: number) => string[]);
  /** Added to our own environment; may depend on the port that it is to listen at. */
  env?: NodeJS.ProcessEnv | ((port: number) => NodeJS.ProcessEnv);
  /** Path that is answered with 2xx when it is ready; default: any answer to `/` will do. */
  readyPath?: string;
  /** It serves nothing: it is ready as soon as it runs, and its port is 0. */
  portless?: boolean;
}

/** Starts a Node program that serves HTTP on the port it is told, or nothing at all. */
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
