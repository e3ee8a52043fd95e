import { PROVISIONED } from '../dashboards';
import { errorsOfPanels, showAllPanels } from '../panels';
import { expect, type Step } from '../step';

export const dashboards: Step = {
  name: 'dashboards without error',
  shows: 'No panel of the three dashboards has an error, and no script throws.',
  needs: ['history'],
  async run(site) {
    const counts: string[] = [];
    for (const name of PROVISIONED) {
      const visit = await site.visit(`${site.path(name)}?var-component=redis&refresh=`, { height: 4000 });
      const panels = await showAllPanels(visit.page);
      await visit.screenshot(`grafana-${name}`);
      const failed = await errorsOfPanels(visit.page, site.host.version);
      expect(failed.length === 0, `${name}: ${failed.join('; ')}`);
      expect(visit.errors.length === 0, `${name}: ${visit.errors.join('; ')}`);
      counts.push(`${name} ${panels} panels`);
      await visit.close();
    }
    return counts.join(', ');
  },
};
