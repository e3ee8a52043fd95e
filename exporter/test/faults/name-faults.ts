/** Host names that do not resolve, resolve to something else, or to two addresses of which one is good: for an exporter with files of its own in /etc. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startExporter, type ExporterProcess } from './exporter-process';
import { createFront, type Front } from './front';
import { canServeNames, UNSHARE } from './isolation';
import { allAre } from './looks';
import { observe } from './observation';
import { FAULT_ROWS } from './probes';
import type { ReportRow } from './report';
import type { FaultRow, Fields } from './rows';
import type { Stage } from './stage';

export const NAMES_GROUP = 'names and addresses';
export const DNS_IS_SILENT = 'the DNS is silent';

/** Nothing responds here: port 53 on an unused loopback address. */
const SILENT_DNS = '127.0.0.77';
const MOVED_TO = '127.0.0.2';
const FAULT_MS = 3000;

export interface NameOutcome {
  rows: ReportRow[];
  /** Components with valid names that were not healthy throughout. */
  disturbed: string[];
}

interface Named {
  name: string;
  row: FaultRow;
  front: Front;
}

export async function runNameFaults({ servers, directory }: Stage): Promise<NameOutcome> {
  const folder = join(directory, 'names');
  mkdirSync(folder);
  // a name is a name, whatever a probe is set to
  const rows = FAULT_ROWS.filter(({ tls, faults }) => !tls && faults === undefined);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const both = ['::1 both.test', '127.0.0.1 both.test'];
  const setHosts = (address?: string) =>
    write('hosts', [...both, ...(address ? rows.map(({ slug }) => `${address} ${slug}.test`) : [])].join('\n') + '\n');
  const setSources = (sources: string) => write('nsswitch.conf', `hosts: ${sources}\n`);
  setHosts('127.0.0.1');
  setSources('files');
  write('resolv.conf', `nameserver ${SILENT_DNS}\n`);

  const fronts: Front[] = [];
  async function place(suffix: string, options = {}): Promise<Named[]> {
    const placed: Named[] = [];
    for (const row of rows) {
      const front = await createFront(row.port(servers), options);
      fronts.push(front);
      placed.push({ name: `${row.slug}${suffix}`, row, front });
    }
    return placed;
  }
  const component = ({ name, row, front }: Named, host: string): Fields & { name: string } => {
    const fields = JSON.stringify(row.plain(front.port, servers)).replaceAll('127.0.0.1:', `${host}:`);
    return { name, ...(JSON.parse(fields) as Fields) };
  };
  const silent = createSocket('udp4');
  let exporter: ExporterProcess | undefined;
  try {
    if (canServeNames) await once(silent.bind(53, SILENT_DNS), 'listening');
    const [named, onV4, onV6] = [await place(''), await place('--v4'), await place('--v6', { host: '::1' })];
    const steady = [...onV4, ...onV6];
    const all = [...named, ...steady];
    exporter = await startExporter({
      directory: folder,
      config: {
        components: [
          ...named.map((item) => component(item, `${item.row.slug}.test`)),
          ...steady.map((item) => component(item, 'both.test')),
        ],
      },
      wrapper: [...UNSHARE, 'sh', '-c', MOUNT_AND_EXEC, 'sh', folder],
    });
    const watcher = exporter;
    await allAre(watcher, () => 'healthy', all);
    const known = (await watcher.events()).length;

    /** Breaks the names and the connections, waits, and repairs the names. */
    async function fault(title: string, begin: () => void, end: () => Promise<void>): Promise<ReportRow[]> {
      const phase = { begin: Date.now(), end: 0 };
      begin();
      named.forEach(({ front }) => front.kick());
      await delay(FAULT_MS);
      await allAre(watcher, () => 'unhealthy', named);
      const during = await watcher.components();
      phase.end = Date.now();
      await end();
      await allAre(watcher, () => 'healthy', named);
      const events = await watcher.events();
      return named.map(({ name, row }) => {
        const { status, message, detectionMs, recoveryMs } = observe(
          name,
          phase,
          during[name] ?? { status: '' },
          events
        );
        return { group: NAMES_GROUP, fault: `${row.title}: ${title}`, status, message, detectionMs, recoveryMs };
      });
    }

    /** Connections break while nobody answers for the names: the last address of each is kept. */
    async function silence(): Promise<ReportRow[]> {
      setSources('files dns');
      setHosts();
      named.forEach(({ front }) => front.kick());
      await delay(FAULT_MS);
      await allAre(watcher, () => 'healthy', named);
      setHosts('127.0.0.1');
      return named.map(({ row }) => ({
        group: NAMES_GROUP,
        fault: `${row.title}: ${DNS_IS_SILENT}`,
        status: 'healthy',
        message: 'its last address is kept',
        detectionMs: undefined,
        recoveryMs: undefined,
      }));
    }

    const missing = await fault(
      'its name does not exist',
      () => setHosts(),
      () => Promise.resolve(setHosts('127.0.0.1'))
    );
    const unanswered = canServeNames ? await silence() : [];
    const moved = await fault(
      'its name moves to another address',
      () => named.forEach(({ front }) => void front.stopListening()),
      async () => {
        for (const { row, front } of named)
          fronts.push(await createFront(row.port(servers), { host: MOVED_TO, port: front.port }));
        setHosts(MOVED_TO);
      }
    );
    const transitions = (await watcher.events()).slice(known);
    const families: ReportRow[] = [
      ['only 127.0.0.1 answers of ::1 and 127.0.0.1', onV4] as const,
      ['only ::1 answers of ::1 and 127.0.0.1', onV6] as const,
    ].flatMap(([title, items]) =>
      items.map(({ row }) => ({
        group: NAMES_GROUP,
        fault: `${row.title}: ${title}`,
        status: 'healthy',
        message: 'from the first probe on',
        detectionMs: undefined,
        recoveryMs: undefined,
      }))
    );
    const isSteady = new Set(steady.map(({ name }) => name));
    return {
      rows: [...missing, ...unanswered, ...moved, ...families],
      disturbed: transitions
        .filter(({ component }) => isSteady.has(component))
        .map(({ component, reason }) => `${component}: ${reason}`),
    };
  } finally {
    exporter?.kill();
    silent.close();
    await Promise.all(fronts.map((front) => front.close()));
  }
}

export const MOUNT_AND_EXEC =
  'd=$1; shift; for f in hosts resolv.conf nsswitch.conf; do mount --bind "$d/$f" "/etc/$f" || exit 1; done; exec "$@"';
