/** MariaDB over TLS, with certificates of both sides. */
import { startMariadb, type RunningServer } from '@onehertz/demo';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '../../faults/certificates';
import { runOnce, runUntil } from '../kit/helpers';
import { hostErrors, OUTER_ADDRESS, sql } from './sql';
import { isKnown, PASSWORD, probeOf } from './support';

describe('mysql over TLS', () => {
  let server: RunningServer;
  let ca: string;
  let directory: string;
  let pair: { cert: string; key: string };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'onehertz-mysql-tls-'));
    ca = readFileSync(createCertificates(directory).ca, 'utf8');
    const files = { cert: join(directory, 'good.crt'), key: join(directory, 'good.key') };
    pair = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    chmodSync(directory, 0o755);
    Object.values(files).forEach((path) => chmodSync(path, 0o644));
    const args = [`--ssl-ca=${directory}/ca.pem`, `--ssl-cert=${files.cert}`, `--ssl-key=${files.key}`];
    chmodSync(join(directory, 'ca.pem'), 0o644);
    const counts = ['--bind-address=0.0.0.0', '--skip-name-resolve=OFF', '--max-connect-errors=5'];
    server = await startMariadb({ password: PASSWORD, args: [...args, ...counts, '--performance-schema=ON'] });
    await sql(
      server.url,
      "CREATE USER secure@'%' IDENTIFIED BY 'x' REQUIRE SSL",
      "CREATE USER known@'%' IDENTIFIED BY 'x' REQUIRE X509"
    );
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const url = (user: string, host = 'localhost') => `mysql://${user}:x@${host}:${server.port}`;
  const errorOf = async (...args: Parameters<typeof probeOf>) => (await runOnce(probeOf(...args))).error;

  it('is healthy where the authority is known, for the kept session and the new ones', async () => {
    const probe = probeOf(url('secure'), { tls: { ca } });
    const result = await runUntil(probe, isKnown);
    expect(result).toMatchObject({ status: 'healthy', message: 'MariaDB; 1 of 50 connections' });
    await probe.close();
    const { Aborted_clients: aborted } = Object.fromEntries(
      (await sql(server.url, "SHOW GLOBAL STATUS LIKE 'Aborted_clients'")).map((row) => [row.Variable_name, row.Value])
    ) as Record<string, string>;
    expect(aborted).toBe('0');
  });

  it('says what is wrong with the certificate', async () => {
    expect(await errorOf(url('secure'), { tls: {} })).toMatch(
      /its TLS certificate (is|chain is) (not signed|self-signed)/
    );
    expect(await errorOf(url('secure'), { tls: { ca, server_name: 'elsewhere.example' } })).toMatch(
      /its TLS certificate is for another host name/
    );
    // the first run of a probe may take longer than its deadline on a busy machine
    await runUntil(probeOf(url('secure', '127.0.0.1'), { tls: { ca } }), ({ status }) => status === 'healthy');
    await runUntil(probeOf(url('secure'), { tls: { insecure: true } }), ({ status }) => status === 'healthy');
  });

  it('is not held against this host that a certificate is not trusted, however often', async () => {
    if (OUTER_ADDRESS === undefined) throw new Error('this test needs an IPv4 address beside 127.0.0.1');
    for (let i = 0; i < 7; i += 1)
      expect(await errorOf(url('secure', OUTER_ADDRESS), { tls: {} })).toMatch(/its TLS certificate /);
    expect(await hostErrors(server.url)).toBe(0);
    expect(await runOnce(probeOf(url('secure', OUTER_ADDRESS), { tls: { insecure: true } }))).toMatchObject({
      status: 'healthy',
    });
  });

  it('shows its own certificate', async () => {
    expect(await errorOf(url('known'), { tls: { ca } })).toMatch(/Access denied for user 'known'/);
    expect(await runOnce(probeOf(url('known'), { tls: { ca, ...pair } }))).toMatchObject({ status: 'healthy' });
  });

  it('says that TLS is wanted', async () => {
    await sql(server.url, 'SET GLOBAL require_secure_transport = ON');
    try {
      expect(await errorOf(server.url)).toMatch(
        // newer servers say it themselves
        /(Access denied .*; unless it wants TLS \(set tls\), check user and password|--require_secure_transport=ON; set tls)$/
      );
    } finally {
      await sql(`${server.url}?ssl={"rejectUnauthorized":false}`, 'SET GLOBAL require_secure_transport = OFF');
    }
  });
});
