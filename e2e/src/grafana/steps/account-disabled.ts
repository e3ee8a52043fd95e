import { waitFor } from '@onehertz/demo';
import { readFileSync } from 'node:fs';
import { findAccount, messagesOf, startSigningExporter, tokensOf } from '../exporter';
import { seconds } from '../figures';
import { apiOf, makeUser, pushAs } from '../people';
import { expect, type Step } from '../step';

export const accountDisabled: Step = {
  name: 'account disabled',
  shows:
    'While its service account is disabled the exporter says so and makes no token; it goes on when it is enabled.',
  needs: ['grafana'],
  async run(site) {
    const { server, tokenStore, pushes } = await startSigningExporter(site, await makeUser(site, 'Admin'));
    const moreThan = (result: 'success' | 'refused', count: number) =>
      waitFor(async () => ((await pushes())[result] ?? 0) > count, {
        timeoutMs: 40_000,
        what: `a push with ${result}`,
      });
    await moreThan('success', 0);
    const token = readFileSync(tokenStore, 'utf8');
    const account = await findAccount(site);
    expect(account !== undefined, 'there is no service account');
    const set = (isDisabled: boolean) =>
      apiOf(site).call('PATCH', `/api/serviceaccounts/${account.id}`, { isDisabled });
    site.undo('the disabled account', () => set(false));
    await set(true);
    const anybody = (await pushAs(site, { token: 'glsa_wrong' })) === 200;
    if (anybody) return 'this Grafana takes pushes with any token, so pushes go on';
    await moreThan('refused', 0);
    const said = messagesOf(server).find((message) => message.includes('is disabled'));
    expect(said !== undefined, `the log does not say so: ${server.output().slice(-500)}`);
    const { success = 0 } = await pushes();
    await set(false);
    const enabled = performance.now();
    await moreThan('success', success);
    const took = performance.now() - enabled;
    expect(readFileSync(tokenStore, 'utf8') === token, 'it has another token');
    expect((await tokensOf(site, account)).length === 1, 'it has made more tokens');
    return `pushes again ${seconds(took, 1)} after it is enabled, with the same token; it says: ${said}`;
  },
};
