import { waitFor } from '@onehertz/demo';
import { findAccount, startSigningExporter } from '../exporter';
import { apiOf, makeUser } from '../people';
import { expect, type Step } from '../step';

export const organization: Step = {
  name: 'organization',
  shows: 'Account and pushes stay in the configured organization, whichever the administrator has chosen.',
  needs: ['grafana'],
  async run(site) {
    const api = apiOf(site);
    const home = await api.call<{ id: number; name: string }>('GET', '/api/org');
    const person = await makeUser(site, 'Admin');
    const { orgId } = await api.call<{ orgId: number }>('POST', '/api/orgs', { name: site.runId });
    site.undo(`the organization ${site.runId}`, () => api.call('DELETE', `/api/orgs/${orgId}`));
    await api.call('POST', `/api/orgs/${orgId}/users`, { loginOrEmail: person.user, role: 'Admin' });
    await api.as(person).call('POST', `/api/user/using/${orgId}`);

    const { server, streamId, pushes } = await startSigningExporter(site, person);
    await waitFor(async () => ((await pushes()).success ?? 0) > 1, { timeoutMs: 20_000, what: 'pushes that succeed' });
    const account = await findAccount(site);
    expect(account?.orgId === home.id, `the account is in the organization ${account?.orgId}`);
    const { channels } = await api.call<{ channels: { channel: string }[] }>('GET', '/api/live/list');
    expect(
      channels.some(({ channel }) => channel.startsWith(`stream/${streamId}/`)),
      `the stream is not in the organization ${home.id}`
    );
    expect(server.output().includes(`organization="${home.name}"`), 'the log does not name the organization');
    return `in ${home.id} (${home.name}), although the user works in ${orgId}`;
  },
};
