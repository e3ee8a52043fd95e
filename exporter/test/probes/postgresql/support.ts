/** What the tests of PostgreSQL share: a server with accounts, rules and TLS as they want it, and its log. */
import { startPostgresql, type PostgresqlServer } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createProbe } from '../../../src/probes';
import type { Probe, ProbeContext } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';

export const PASSWORD = 'secret';

export interface Ground {
  server: PostgresqlServer;
  /** Its certificate, which is its own authority. */
  certificate: string;
  /** Lines of its log since the last call. */
  lines(): string[];
  /** As superuser; returns the rows of the last one. */
  sql(...statements: string[]): Promise<Record<string, unknown>[]>;
  /** `postgresql://user:password@127.0.0.1:port/rest` */
  url(rest?: string, user?: string, password?: string): string;
  probe(url: string, fields?: Record<string, unknown>, context?: Pick<ProbeContext, 'log'>): Probe;
  closeProbes(): Promise<void>;
  stop(): Promise<void>;
}

/** @param settings of postgresql.conf; `rules`: lines of pg_hba.conf that come first */
export async function startGround(settings: Record<string, string> = {}, rules: string[] = []): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-postgresql-'));
  const data = join(directory, 'data');
  const log: string[] = [];
  const probes: Probe[] = [];
  const onLine = (line: string) => void log.push(line);
  const server = await startPostgresql({ password: PASSWORD, maxConnections: 20, directory, onLine });
  const certificate = join(data, 'server.crt');
  createCertificate(certificate, join(data, 'server.key'));
  const hba = join(data, 'pg_hba.conf');
  writeFileSync(hba, `${rules.join('\n')}\n${readFileSync(hba, 'utf8')}`);

  async function sql(...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    let rows: Record<string, unknown>[] = [];
    try {
      for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    } finally {
      await client.end();
    }
    return rows;
  }

  const wanted = Object.entries({ ssl: 'on', ...settings });
  // not by ALTER SYSTEM, which knows no parameters of libraries that are not loaded yet
  appendFileSync(join(data, 'postgresql.conf'), wanted.map(([name, value]) => `${name} = '${value}'\n`).join(''));
  await server.restart();
  return {
    server,
    certificate,
    lines: () => log.splice(0),
    sql,
    url: (rest = 'postgres', user = 'onehertz', password = PASSWORD) =>
      `postgresql://${user}:${password}@127.0.0.1:${server.port}/${rest}`,
    probe(url, fields = {}, context = silentContext()) {
      const probe = createProbe(makeTarget('postgresql', { url, new_connection_interval: '1s', ...fields }), context);
      probes.push(probe);
      return probe;
    },
    closeProbes: async () => void (await Promise.all(probes.splice(0).map((probe) => probe.close()))),
    stop: () => server.stop(),
  };
}

function createCertificate(certificate: string, key: string): void {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '30'];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...ec, ...names, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  if (process.getuid?.() === 0) [key, certificate].forEach((path) => chownSync(path, 65534, 65534));
  chmodSync(key, 0o600);
}
