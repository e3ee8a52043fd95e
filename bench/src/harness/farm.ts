/** A farm of HTTP targets: one process and one listener with any number of origins. */
import { loopback } from './loopback';
import { startProgram, type Program } from './program';

export interface FarmCounters {
  /** Requests answered and connections accepted since the start. */
  requests: number;
  connections: number;
}

export interface Farm extends Program<FarmCounters> {
  /**
   * `http://127.1.0.7:20123`: all addresses of 127.0.0.0/8 are local, and a client treats each as a different server.
   */
  origin(index: number): string;
  /** `host:port` of the same. */
  address(index: number): string;
}

/** Starts the farm; each origin answers `/health` like a small service, and every other path with 404. */
export async function startFarm(): Promise<Farm> {
  const farm = await startProgram<FarmCounters>({ script: 'http-farm', place: 'others' });
  const address = (index: number) => `${loopback(index)}:${farm.port}`;
  return Object.assign(Object.create(farm) as typeof farm, {
    address,
    origin: (index: number) => `http://${address(index)}`,
  });
}
