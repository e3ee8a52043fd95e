/** A real Prometheus that scrapes over TLS, with a password, with a token, and with a wrong password. */
import { startPrometheus, waitFor, type RunningServer } from '@onehertz/demo';
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { makeFolder } from '../config/helpers';
import { makeAuthority, makeCertificate } from './certificates';
import { hashOf, startExporter, type RunningExporter } from './web-support';

const folder = makeFolder();
let running: RunningExporter | undefined;
let prometheus: RunningServer | undefined;
afterAll(async () => {
  await Promise.all([prometheus?.stop(), running?.close()]);
  folder.remove();
});

const TOKEN = 'a-token-of-sufficient-length';

/** Values of a query's series by their label `job`. */
async function query(expression: string): Promise<Record<string, string>> {
  const response = await fetch(`${prometheus?.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: { job: string }; value: [number, string] }[] };
  };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.job, value[1]]));
}

it('is scraped with password or token; without them the target is down, which is logged once', async () => {
  const authority = makeAuthority(folder, 'ca');
  const server = makeCertificate(folder, 'server', authority);
  running = await startExporter(
    folder,
    stringify({
      tls_server_config: { cert_file: server.certFile, key_file: server.keyFile },
      basic_auth_users: { prometheus: hashOf('secret') },
      bearer_tokens: { prometheus: createHash('sha256').update(TOKEN).digest('hex') },
    })
  );
  const { port, log } = running;
  const job = (name: string, authentication: object) => ({
    job_name: name,
    scheme: 'https',
    tls_config: { ca_file: authority.certFile },
    static_configs: [{ targets: [`localhost:${port}`] }],
    ...authentication,
  });
  const configFile = folder.write(
    'prometheus.yml',
    stringify({
      global: { scrape_interval: '1s', scrape_timeout: '900ms' },
      scrape_configs: [
        job('password', { basic_auth: { username: 'prometheus', password: 'secret' } }),
        job('token', { authorization: { credentials: TOKEN } }),
        job('wrong', { basic_auth: { username: 'prometheus', password: 'wrong' } }),
        job('nothing', {}),
        job('plain', { scheme: 'http' }),
      ],
    })
  );
  prometheus = await startPrometheus({ configFile });

  const up = { password: '1', token: '1', wrong: '0', nothing: '0', plain: '0' };
  let found: Record<string, string> = {};
  const isKnown = async () => {
    found = await query('up');
    return JSON.stringify(found, Object.keys(up)) === JSON.stringify(up);
  };
  await waitFor(isKnown, { timeoutMs: 20_000, what: 'all to be scraped' }).catch((error: unknown) => {
    throw new Error(`up is ${JSON.stringify(found)}`, { cause: error });
  });
  const refusals = () =>
    log()
      .split('\n')
      .filter((line) => line.includes('authentication failed'));
  // on a busy machine a scrape may end before its password is verified
  await waitFor(() => refusals().length > 0, { timeoutMs: 20_000, what: 'a refusal in the log' });
  // further scrapes: repeated failures are not logged
  const tried = Number((await query('count_over_time(up{job="wrong"}[1m])')).wrong);
  await waitFor(async () => Number((await query('count_over_time(up{job="wrong"}[1m])')).wrong) >= tried + 2, {
    timeoutMs: 20_000,
    what: 'two more scrapes',
  });
  expect(refusals()).toEqual([expect.stringMatching(/127\.0\.0\.1.*wrong user, password or token/)]);
  expect(await query('component_up{component="redis"}')).toEqual({ password: '0', token: '0' });
}, 60_000);
