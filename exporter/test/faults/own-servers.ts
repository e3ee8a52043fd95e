/** Servers that rows of the matrix bring themselves, so that a new probe is a matter of its own folder. */
import type { RunningServer } from '@onehertz/demo';

/** A server with the three accounts of {@link ACCOUNTS}, all of which work at first. */
export interface OwnServer extends RunningServer {
  /** Makes it refuse them, each in its way. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
}

/** A row that may bring its server. */
export interface RowWithServer {
  speaks: string;
  own?: { called: string; start(): Promise<OwnServer> };
}

/** By what they speak. */
export type OwnServers = Readonly<Record<string, OwnServer>>;

/** @param kept is told of each server, so that it is stopped in any case */
export async function startOwn(
  rows: readonly RowWithServer[],
  kept: (starting: Promise<OwnServer>) => Promise<OwnServer>
): Promise<OwnServers> {
  const starting = rows.flatMap(({ speaks, own }) =>
    own === undefined ? [] : [kept(own.start()).then((server) => [speaks, server] as const)]
  );
  return Object.fromEntries(await Promise.all(starting));
}

/** @param onDone told of each that does so now */
export async function changeOwn(
  servers: OwnServers,
  how: 'refuse' | 'accept',
  onDone: (speaks: string) => void
): Promise<void> {
  await Promise.all(
    Object.entries(servers).map(async ([speaks, server]) => {
      await server[how]();
      onDone(speaks);
    })
  );
}
