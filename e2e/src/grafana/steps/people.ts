import { apiOf, makeUser } from '../people';
import type { Step } from '../step';

export const people: Step = {
  name: 'viewer, editor, anonymous',
  shows: 'Whoever may look sees the whole board.',
  needs: ['grafana'],
  async run(site) {
    const seen: string[] = [];
    for (const role of ['Viewer', 'Editor'] as const) {
      const { signIn } = await makeUser(site, role);
      const visit = await site.visit(site.path('status'), { signIn });
      await visit.complete(site.names);
      seen.push(`${role}: ${site.names.length} cards`);
      await visit.close();
    }
    const { status } = await apiOf(site).as(undefined).ask('GET', '/api/search?limit=1');
    const visit = await site.visit(site.path('status'), { signIn: () => Promise.resolve() });
    if (status === 200) await visit.complete(site.names);
    else await visit.page.waitForURL(/\/login/);
    seen.push(status === 200 ? `anonymous: ${site.names.length} cards` : 'anonymous: is asked to sign in');
    return seen.join(', ');
  },
};
