/** A farm of HTTP targets: one process, one listener, as many origins as are wanted. */
import { loopback } from './loopback';
import { startProgram, type Program } from './program';

export interface FarmCounters {
  /** Requests answered, and connections taken, since the start. */
  requests: number;
  connections: number;
}

export interface Farm extends Program<FarmCounters> {
  /** `http://127.1.0.7:20123`: every address of 127.0.0.0/8 is this machine, and to a client each is another server. */
  origin(index: number): string;
  /** `host:port` of the same. */
  address(index: number): string;
}

/** Starts the farm; each of its origins answers `/health` as a small service does, and every other path with 404. */
export async function startFarm(): Promise<Farm> {
  const farm = await startProgram<FarmCounters>({ script: 'http-farm', place: 'others' });
  const address = (index: number) => `${loopback(index)}:${farm.port}`;
  return Object.assign(Object.create(farm) as typeof farm, {
    address,
    origin: (index: number) => `http://${address(index)}`,
  });
}
