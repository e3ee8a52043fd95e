/** Workers of applications that set what few set. */
import { startCeleryWorker, type CeleryWorkerOptions, type RunningServer } from '@onehertz/demo';

export interface ForeignWorker {
  server: RunningServer;
  /** How many lines of its log begin so: `CRITICAL`. */
  lines(level: string): number;
  stop(): Promise<void>;
}

export type Options = Pick<CeleryWorkerOptions, 'pool' | 'concurrency'> & {
  /** Python, below `app.conf`: `accept_content=['pickle']`. */
  conf: string;
  name?: string;
};

/** @param brokerUrl where its tasks come from */
export async function startForeignWorker(brokerUrl: string, options: Options): Promise<ForeignWorker> {
  const log: string[] = [];
  const onLine = (line: string) => void log.push(line);
  const server = await startCeleryWorker({ name: 'foreign', ...options, brokerUrl, onLine });
  return {
    server,
    lines: (level) => log.filter((line) => line.includes(`: ${level}/`)).length,
    stop: () => server.stop(),
  };
}
