/** The snapshot of every tick: all of it, or what changed since the tick before. */
import { STREAM_EVENT } from '@onehertz/contract';
import type { SelfStatistics } from '../metrics/self';
import type { StreamClient, StreamClients } from './clients';
import type { StreamDelivery } from './delivery';
import { Message } from './frames';
import type { StreamSnapshots } from './snapshot';

/** A client of the delta form gets everything this often, so that an error cannot last. */
const FULL_SNAPSHOT_EVERY = 10;

export interface TickOptions {
  clients: StreamClients;
  snapshots: StreamSnapshots;
  delivery: StreamDelivery;
  self: SelfStatistics;
}

/** @returns what sends the snapshot of the tick `at` to all that want it */
export function createTicks({ clients, snapshots, delivery, self }: TickOptions): (at: number) => void {
  let ticksUntilFull = 0;
  /** Whether the last tick's snapshot is still on its way to the clients' sockets. */
  let sending = false;

  return function onTick(at) {
    const recipients = clients.readersOf(STREAM_EVENT.snapshot);
    if (recipients.length === 0) return snapshots.clear();
    if (sending) {
      // this machine is too slow for so many: the next snapshot, or patch, has this tick in it
      self.streamSkipped += recipients.length;
      return;
    }
    const everything = --ticksUntilFull <= 0;
    if (everything) ticksUntilFull = FULL_SNAPSHOT_EVERY;
    const wantsPatch = ({ delta, behind }: StreamClient) => delta && !behind && !everything;
    const wanted = { full: !recipients.every(wantsPatch), patch: recipients.some(wantsPatch) };
    const texts = snapshots.take(at, wanted);
    const full = texts.full ? new Message(texts.full) : undefined;
    const patch = texts.patch ? new Message(texts.patch) : undefined;
    const messages = [full, patch].filter((message) => message instanceof Message);
    sending = true;
    // a client may have fallen behind since, and there may be no full snapshot for it now
    const choose = (client: StreamClient) => (wantsPatch(client) ? patch : full);
    delivery.publishEach(recipients, messages, choose, () => (sending = false));
  };
}
