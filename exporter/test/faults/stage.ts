/** What all of these tests run on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates, type Certificates } from './certificates';
import { FAULT_ROWS } from './probes';
import { startServers, type Servers } from './servers';

export interface Stage {
  servers: Servers;
  certificates: Certificates;
  /** For what the tests write. */
  directory: string;
}

export async function setStage(): Promise<Stage & { clear(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-faults-'));
  const tls = join(directory, 'tls');
  mkdirSync(tls);
  try {
    const certificates = createCertificates(tls);
    const servers = await startServers(FAULT_ROWS);
    const clear = async () => {
      await servers.stop();
      rmSync(directory, { recursive: true, force: true });
    };
    return { servers, certificates, directory, clear };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}
