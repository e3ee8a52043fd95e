/** TLS with an authority of one's own and client certificates, said by the block `tls` and by the URL. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMPONENT_SCHEMAS } from '../../../src/probes';
import { postgresql } from '../../../src/probes/postgresql';
import { makeFolder } from '../../config/helpers';
import { makeAuthority, makeCertificate, type Certificate } from '../../http/certificates';
import { runUntil } from '../kit/helpers';
import { startGround, type Ground } from './support';

describe('TLS of PostgreSQL', () => {
  const folder = makeFolder();
  let ground: Ground;
  let ca: Certificate;
  let own: Certificate;
  let stranger: Certificate;

  beforeAll(async () => {
    ca = makeAuthority(folder, 'ca');
    own = makeCertificate(folder, 'onehertz', ca);
    stranger = makeCertificate(folder, 'stranger', makeAuthority(folder, 'elsewhere'));
    const server = makeCertificate(folder, 'server', ca, 'DNS:db.example');
    ground = await startGround({}, [
      'hostssl mutual all all scram-sha-256 clientcert=verify-ca',
      'hostssl cert all all cert',
      'host mutual,cert all all reject',
    ]);
    await ground.sql('CREATE DATABASE mutual', 'CREATE DATABASE cert');
    // its own files, written over: they belong to the server, and are readable for it alone
    const data = dirname(ground.certificate);
    writeFileSync(join(data, 'server.crt'), server.cert);
    writeFileSync(join(data, 'server.key'), server.key);
    writeFileSync(join(data, 'authority.crt'), ca.cert);
    await ground.sql(`ALTER SYSTEM SET ssl_ca_file = 'authority.crt'`);
    await ground.server.restart();
  }, 60_000);
  afterEach(() => ground.closeProbes());
  afterAll(async () => {
    await ground?.stop();
    folder.remove();
  });

  const settled = (rest: string, tls?: Record<string, unknown>) =>
    runUntil(ground.probe(ground.url(rest), tls && { tls }), ({ timedOut, status, version }) =>
      status === 'healthy' ? version !== undefined : !timedOut
    );
  const NAME = { server_name: 'db.example' };

  it.each(['postgres', 'mutual', 'cert'])('is spoken as the block says: /%s', async (database) => {
    const shown = { ...NAME, ca: ca.cert, cert: own.cert, key: own.key };
    for (const more of ['', '?sslmode=require', '?sslmode=verify-full&channel_binding=prefer'])
      expect(await settled(`${database}${more}`, shown)).toMatchObject({
        status: 'healthy',
        details: { database_bytes: expect.any(Number) as number },
      });
    const rows = await ground.sql(
      `SELECT DISTINCT version, client_dn AS name FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = '${database}' AND application_name LIKE 'onehertz:%'`
    );
    expect(rows).toEqual([{ version: 'TLSv1.3', name: '/CN=onehertz' }]);
  });

  it.each<[what: string, rest: string, tls: () => Record<string, unknown>, error: RegExp]>([
    ['no authority', 'postgres', () => NAME, /set tls\.ca_file/],
    ['another name', 'postgres', () => ({ ca: ca.cert }), /for another host name; set tls\.server_name/],
    [
      'no certificate where one is wanted',
      'mutual',
      () => ({ ...NAME, ca: ca.cert }),
      /valid client certificate; set tls\.cert_file and tls\.key_file/,
    ],
    [
      'a certificate of a stranger',
      'mutual',
      () => ({ ...NAME, ca: ca.cert, cert: stranger.cert, key: stranger.key }),
      /does not accept our client certificate; set tls\.cert_file/,
    ],
  ])('with %s says what to set', async (_what, rest, tls, error) => {
    const result = await settled(rest, tls());
    expect(result.status).toBe('unhealthy');
    expect(result.error).toMatch(error);
  });

  it('accepts any certificate where the block says so, and shows its own all the same', async () => {
    expect(await settled('postgres', { insecure: true })).toMatchObject({ status: 'healthy' });
    const shown = { insecure: true, cert: own.cert, key: own.key };
    expect(await settled('mutual', shown)).toMatchObject({ status: 'healthy' });
  });

  it('speaks no version older than the block says', async () => {
    await ground.sql(`ALTER SYSTEM SET ssl_max_protocol_version = 'TLSv1.2'`, 'SELECT pg_reload_conf()');
    try {
      const versions = () => settled('postgres', { ...NAME, ca: ca.cert, min_version: 'TLS13' });
      const result = await versions();
      expect(result.error).toMatch(/another version of TLS; set tls\.min_version/);
      expect(await settled('postgres', { ...NAME, ca: ca.cert })).toMatchObject({ status: 'healthy' });
    } finally {
      await ground.sql('ALTER SYSTEM RESET ssl_max_protocol_version', 'SELECT pg_reload_conf()');
    }
  });

  it('decides over the variables of libpq', async () => {
    process.env['PGSSLMODE'] = 'disable';
    process.env['PGSSLROOTCERT'] = '/no/such/file';
    try {
      expect(await settled('mutual', { ...NAME, ca: ca.cert, cert: own.cert, key: own.key })).toMatchObject({
        status: 'healthy',
      });
    } finally {
      delete process.env['PGSSLMODE'];
      delete process.env['PGSSLROOTCERT'];
    }
  });

  it('is spoken as sslcert and sslkey of the URL say', async () => {
    const file = (name: string) => encodeURIComponent(join(folder.path, name));
    const trusts = `sslmode=verify-ca&sslrootcert=${file(ca.certFile)}`;
    const shown = (pair: Certificate) => `${trusts}&sslcert=${file(pair.certFile)}&sslkey=${file(pair.keyFile)}`;
    for (const database of ['mutual', 'cert'])
      expect(await settled(`${database}?${shown(own)}`)).toMatchObject({ status: 'healthy' });
    expect((await settled(`mutual?${trusts}`)).error).toMatch(/valid client certificate/);
    expect((await settled(`mutual?${shown(stranger)}`)).error).toMatch(/does not accept our client certificate/);
  });

  it.each<[rest: string, tls: Record<string, unknown>, conflict: RegExp | undefined]>([
    ['h/d', {}, undefined],
    ['h/d?sslmode=require', {}, undefined],
    ['h/d?sslmode=verify-full', {}, undefined],
    ['h/d?sslmode=verify-full', { insecure: true }, /^is set, and sslmode in the url too/],
    ['h/d?sslmode=disable', {}, /^is set, and sslmode in the url too/],
    ['h/d?ssl=false', {}, /^is set, and sslmode in the url too/],
    ['h/d?sslmode=require&sslrootcert=/x', {}, /^is set, and sslrootcert in the url too/],
    ['h/d?sslcert=/x', {}, /^is set, and sslcert in the url too/],
    ['h/d?ssl_min_protocol_version=TLSv1.3', {}, /^is set, and ssl_min_protocol_version in the url too/],
    ['h/d?sslmode=require&sslnegotiation=direct&channel_binding=require', {}, undefined],
    ['/d?host=/run/postgresql', {}, /^has no effect: the url names sockets/],
    ['/d?host=/run/postgresql,h', {}, undefined],
  ])('check-config judges postgresql://%s beside tls: %j', (rest, tls, conflict) => {
    const url = `postgresql://u:hunter2@${rest}`;
    const component = COMPONENT_SCHEMAS.postgresql.parse({ probe: 'postgresql', name: 'x', url, tls });
    const [finding, ...more] = postgresql.check?.(component as never) ?? [];
    expect(more).toEqual([]);
    if (conflict === undefined) return expect(finding).toBeUndefined();
    expect(finding).toMatchObject({ path: ['tls'], message: expect.stringMatching(conflict) as string });
  });
});
