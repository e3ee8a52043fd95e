/** URLs mean what they mean to psql: the same outcome, or a refusal that says why. */
import { spawnSync } from 'node:child_process';
import { COMPONENT_SCHEMAS } from '../../../src/probes';
import { runUntil } from '../kit/helpers';
import { PASSWORD, startGround, type Ground } from './support';

const ODD = '/ # ? & : @ + , = ; $ %';

describe('a URL', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround({}, [
      'hostssl tls all all scram-sha-256',
      'hostnossl tls all all reject',
      'hostssl plain all all reject',
    ]);
    await ground.sql('CREATE DATABASE tls', 'CREATE DATABASE plain', `CREATE DATABASE "${ODD}"`);
    await ground.sql(`CREATE ROLE "u@:/" LOGIN PASSWORD 'p@:/?#%'`);
  }, 60_000);
  afterEach(() => ground.closeProbes());
  afterAll(() => ground?.stop());

  const refusal = (url: string): string | undefined => {
    const parsed = COMPONENT_SCHEMAS.postgresql.safeParse({ probe: 'postgresql', name: 'x', url });
    return parsed.error?.issues[0]?.message;
  };

  const S = 'postgresql://onehertz:secret@127.0.0.1:PORT';
  it.each([
    `${S}/postgres`,
    `${S}/postgres?sslmode=disable`,
    `${S}/postgres?sslmode=allow`,
    `${S}/postgres?sslmode=prefer`,
    `${S}/postgres?sslmode=require`,
    `${S}/postgres?sslmode=verify-ca&sslrootcert=CERTIFICATE`,
    `${S}/postgres?sslmode=verify-full&sslrootcert=CERTIFICATE`,
    `${S}/postgres?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt`,
    `${S}/postgres?sslmode=verify-full&sslrootcert=/no/such/file`,
    `${S}/postgres?sslmode=require&sslrootcert=/etc/ssl/certs/ca-certificates.crt`,
    `${S}/postgres?sslmode=require&sslrootcert=/no/such/file`,
    `${S}/postgres?sslmode=require&ssl_min_protocol_version=TLSv1.3`,
    `${S}/postgres?ssl=true`,
    `${S}/tls`,
    `${S}/tls?sslmode=disable`,
    `${S}/tls?sslmode=allow`,
    `${S}/plain`,
    `${S}/plain?sslmode=require`,
    `${S}/postgres?target_session_attrs=read-write`,
    `${S}/postgres?target_session_attrs=read-only`,
    `${S}/postgres?target_session_attrs=primary`,
    `${S}/postgres?target_session_attrs=standby`,
    `${S}/postgres?target_session_attrs=prefer-standby`,
    `${S}/postgres?options=-c%20default_transaction_read_only%3Don&target_session_attrs=read-write`,
    `${S}/postgres?options=-c%20default_transaction_read_only%3Don&target_session_attrs=read-only`,
    'postgresql://onehertz:secret@127.0.0.1:1,127.0.0.1:PORT/postgres',
    'postgresql://onehertz:wrong@127.0.0.1:PORT,127.0.0.1:PORT/postgres',
    'postgresql://onehertz:secret@no-such-host.invalid:PORT/postgres?hostaddr=127.0.0.1',
    'postgresql://onehertz:secret@/postgres?host=127.0.0.1,127.0.0.1&port=1,PORT',
    'postgresql:///postgres?host=127.0.0.1&port=PORT&user=onehertz&password=secret',
    'postgres://127.0.0.1:PORT?dbname=tls&user=onehertz&password=secret',
    `${S}/nix?dbname=postgres`,
    `${S}/${encodeURIComponent(ODD)}`,
    `${S}/nix`,
    `postgresql://${encodeURIComponent('u@:/')}:${encodeURIComponent('p@:/?#%')}@127.0.0.1:PORT/postgres`,
    `${S}/postgres?connect_timeout=3&application_name=x&keepalives=1&gssencmode=prefer`,
    `${S}/postgres?sslmode=require&channel_binding=require`,
    `${S}/postgres?options=-c%20nonsense%3D1`,
    // refused
    `${S}/postgres?sslmode=verify-ca`,
    `${S}/postgres?sslmode=verify_full`,
    `${S}/postgres?sslmod=require`,
    `${S}/postgres?target_session_attrs=readwrite`,
    `${S}/postgres?connect_timeout=soon`,
    `${S}/postgres?sslmode=disable&channel_binding=require`,
    `${S}/postgres?host=127.0.0.1,127.0.0.1&port=1,2,3`,
    `${S}/postgres?service=none`,
    `${S}/postgres?foo`,
    `${S}/postgres?a=b=c`,
    `${S}/post%zzgres`,
    'postgresql://onehertz:secret@127.0.0.1:http/postgres',
  ])('%s', async (template) => {
    const url = template.replaceAll('PORT', `${ground.server.port}`).replaceAll('CERTIFICATE', ground.certificate);
    const { status, stderr } = spawnSync('psql', [url, '-Atc', 'SELECT 1'], { encoding: 'utf8', timeout: 20_000 });
    const reason = refusal(url);
    if (reason !== undefined) {
      expect(stderr).not.toBe('');
      expect(reason).not.toContain(PASSWORD);
      return;
    }
    const settled = await runUntil(ground.probe(url), ({ timedOut }) => !timedOut);
    expect({ url, says: stderr, status: settled.status }).toMatchObject({
      status: status === 0 ? 'healthy' : 'unhealthy',
    });
  });

  it.each([
    ['sslmode=verify_full', /^sslmode: expected one of disable, .*verify-full$/],
    ['sslmod=require', /^unknown parameter "sslmod"/],
    ['schema=public', /^unknown parameter "schema"/],
    ['service=x', /^service: is not supported/],
    ['passfile=/x', /^passfile: is not supported/],
    ['gssencmode=require', /^gssencmode: only disable and prefer/],
    ['replication=database', /^replication: only/],
    ['client_encoding=LATIN1', /^client_encoding: expected UTF8/],
    ['hostaddr=localhost', /^hostaddr: expected an IP address$/],
    ['hostaddr=127.0.0.1,127.0.0.2', /^hostaddr: expected as many addresses as hosts \(1\)$/],
    ['sslrootcert=system&sslmode=require', /^sslmode: with sslrootcert=system only verify-full/],
    ['sslnegotiation=direct', /^sslnegotiation: direct needs sslmode=require/],
  ])('with ?%s is refused with the reason', (query, reason) => {
    expect(refusal(`postgresql://u:hunter2@h/d?${query}`)).toMatch(reason);
  });

  it.each(['verify-full', 'require', 'prefer', 'true', '1', 'on'])('takes ?ssl=%s, as asyncpg has it', (mode) => {
    expect(refusal(`postgresql://u:p@h/d?ssl=${mode}`)).toBeUndefined();
  });

  it('says nothing of a password that was not percent-encoded', () => {
    for (const password of ['pa/ss?wo=rd', 'p@ss', 'a/b', 'x/y?hunter2', '%zz/']) {
      const reason = refusal(`postgresql://u:${password}@h/d`) ?? '';
      expect(reason).toMatch(/percent-encode|hexadecimal/);
      for (const part of ['hunter2', 'ss?wo', 'rd"']) expect(reason).not.toContain(part);
    }
  });
});
