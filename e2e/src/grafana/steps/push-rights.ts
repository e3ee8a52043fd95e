import { makeToken, pushAs } from '../people';
import { expect, type Step } from '../step';

export const pushRights: Step = {
  name: 'push rights',
  shows: 'Editors and Admins may push; who else may, is said.',
  needs: ['grafana'],
  async run(site) {
    const roles = ['Viewer', 'Editor', 'Admin'] as const;
    const statuses = new Map<string, number>();
    for (const role of roles) statuses.set(role, await pushAs(site, { token: await makeToken(site, role) }));
    statuses.set('a wrong token', await pushAs(site, { token: 'glsa_wrong' }));
    statuses.set('nobody', await pushAs(site, undefined));
    const said = [...statuses].map(([who, status]) => `${who} ${status}`).join(', ');
    expect(statuses.get('Editor') === 200 && statuses.get('Admin') === 200, said);
    const others = [...statuses].filter(([who, status]) => status === 200 && who !== 'Editor' && who !== 'Admin');
    return others.length === 0 ? said : `${said}: a proxy must keep ${others.map(([who]) => who).join(', ')} away`;
  },
};
