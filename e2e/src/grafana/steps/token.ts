import { waitFor } from '@onehertz/demo';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findAccount, startSigningExporter, tokensOf } from '../exporter';
import { seconds } from '../figures';
import { apiOf, makeUser, pushAs } from '../people';
import { expect, type Step } from '../step';

const SHORT_S = 3;

export const token: Step = {
  name: 'token',
  shows: 'The exporter makes itself one token, keeps it safe, and replaces it when it is revoked or has expired.',
  needs: ['grafana'],
  async run(site) {
    const { server, tokenStore, pushes } = await startSigningExporter(site, await makeUser(site, 'Admin'));
    const moreThan = (count: number) =>
      waitFor(async () => ((await pushes()).success ?? 0) > count, { timeoutMs: 20_000, what: 'pushes that succeed' });
    await moreThan(0);
    const mode = (statSync(tokenStore).mode & 0o777).toString(8);
    expect(mode === '600', `the file of the token has the mode ${mode}`);
    const first = readFileSync(tokenStore, 'utf8');
    const account = await findAccount(site);
    expect(account !== undefined, 'there is no service account');
    const [made, ...more] = await tokensOf(site, account);
    expect(made !== undefined && more.length === 0, `it has ${more.length + 1} tokens`);

    await server.restart();
    await moreThan(0);
    expect(readFileSync(tokenStore, 'utf8') === first, 'a restart has made another token');

    const { success = 0 } = await pushes();
    await apiOf(site).call('DELETE', `/api/serviceaccounts/${account.id}/tokens/${made.id}`);
    if ((await pushAs(site, { token: 'glsa_revoked' })) === 200) {
      await moreThan(success + 2);
      return `mode ${mode}, one token, also after a restart; revoked: pushes go on, as this Grafana takes them with any token`;
    }
    const revoked = performance.now();
    await waitFor(() => readFileSync(tokenStore, 'utf8') !== first, { timeoutMs: 20_000, what: 'another token' });
    await moreThan(success + 2);
    const took = performance.now() - revoked;
    expect((await tokensOf(site, account)).length === 1, 'tokens are left');

    await server.kill();
    const path = `/api/serviceaccounts/${account.id}/tokens`;
    const short = { name: `${site.runId} for a moment`, secondsToLive: SHORT_S };
    const { key, id } = await apiOf(site).call<{ key: string; id: number }>('POST', path, short);
    site.undo('the token for a moment', () => apiOf(site).call('DELETE', `${path}/${id}`));
    writeFileSync(tokenStore, `${key}\n`);
    await delay(SHORT_S * 1000 + 1000);
    expect((await pushAs(site, { token: key })) === 401, 'the expired token is not refused');
    await server.restart();
    await moreThan(2);
    expect(readFileSync(tokenStore, 'utf8').trim() !== key, 'the expired token is kept');
    return `mode ${mode}, one token, also after a restart; revoked: replaced, and three more pushes within ${seconds(took, 1)}; expired: replaced`;
  },
};
