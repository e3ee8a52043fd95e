/** A DNS that is silent for many names: who has another name is probed as if nothing were. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExporter, type ExporterProcess } from '../faults/exporter-process';
import { canIsolate, canServeNames, UNSHARE } from '../faults/isolation';
import { MOUNT_AND_EXEC } from '../faults/name-faults';
import { forMs, look, NEIGHBOURS } from './harness';

/** Nobody answers here: the port of the name service on an address of the loopback that nobody else uses. */
const SILENT_DNS = '127.0.0.78';
const SILENT_NAMES = 40;

const MAY_SERVE_NAMES = canIsolate && canServeNames;
const NOT_RUN = ' (not run: it takes the right to serve names)';

test(`neighbours keep their look-ups${MAY_SERVE_NAMES ? '' : NOT_RUN}`, async () => {
  if (!MAY_SERVE_NAMES) return;
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-dns-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('hosts', '127.0.0.1 good.test\n');
  write('nsswitch.conf', 'hosts: files dns\n');
  write('resolv.conf', `nameserver ${SILENT_DNS}\n`);
  const silent = createSocket('udp4');
  const good = createServer((_request, response) => void response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  let exporter: ExporterProcess | undefined;
  try {
    await once(silent.bind(53, SILENT_DNS), 'listening');
    const { port } = good.address() as AddressInfo;
    exporter = await startExporter({
      directory: folder,
      config: {
        components: [
          // a connection, and so a look-up, each time
          ...NEIGHBOURS.map((name) => ({ name, probe: 'tcp', address: `good.test:${port}` })),
          ...Array.from({ length: SILENT_NAMES }, (_, i) => ({
            name: `silent-${i}`,
            probe: 'tcp',
            address: `silent-${i}.test:${port}`,
          })),
        ],
      },
      wrapper: [...UNSHARE, 'sh', '-c', MOUNT_AND_EXEC, 'sh', folder],
      answerMs: 30_000,
    });
    // until the silent names are known as such, which takes a DNS as long as it takes to be given up
    const before = await look(exporter, forMs(6000));
    const { alive, neighbourFailures } = await look(exporter, forMs(8000));
    expect({ alive, more: neighbourFailures - before.neighbourFailures }).toEqual({ alive: true, more: 0 });
  } finally {
    exporter?.kill();
    silent.close();
    good.close();
    good.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test(`a name of 1,000 addresses at which nobody listens costs no more than another${MAY_SERVE_NAMES ? '' : NOT_RUN}`, async () => {
  if (!MAY_SERVE_NAMES) return;
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-dns-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const many = Array.from({ length: 1000 }, (_, i) => `127.1.${i >> 8}.${i & 255} many.test`);
  write('hosts', `127.0.0.1 good.test\n${many.join('\n')}\n`);
  write('nsswitch.conf', 'hosts: files\n');
  write('resolv.conf', '');
  const good = createServer((_request, response) => void response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  let exporter: ExporterProcess | undefined;
  try {
    await once(good, 'listening');
    const { port } = good.address() as AddressInfo;
    const at = `many.test:${port}`;
    exporter = await startExporter({
      directory: folder,
      config: {
        components: [
          ...NEIGHBOURS.map((name) => ({ name, probe: 'tcp', address: `good.test:${port}` })),
          ...Array.from({ length: 10 }, (_, i) => [
            { name: `tcp-${i}`, probe: 'tcp', address: at },
            { name: `http-${i}`, probe: 'http', url: `http://${at}` },
            { name: `redis-${i}`, probe: 'redis', url: `redis://${at}` },
            { name: `postgresql-${i}`, probe: 'postgresql', url: `postgresql://a@${at}/b` },
            { name: `mysql-${i}`, probe: 'mysql', url: `mysql://a@${at}/b` },
          ]).flat(),
        ],
      },
      wrapper: [...UNSHARE, 'sh', '-c', MOUNT_AND_EXEC, 'sh', folder],
      answerMs: 30_000,
    });
    const { alive, neighbourFailures, cpuShare } = await look(exporter, forMs(6000));
    expect({ alive, neighbourFailures }).toEqual({ alive: true, neighbourFailures: 0 });
    expect(cpuShare).toBeLessThan(0.5);
  } finally {
    exporter?.kill();
    good.close();
    good.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
