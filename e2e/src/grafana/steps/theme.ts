import { expect, type Step } from '../step';

export const theme: Step = {
  name: 'theme',
  shows: 'The board has the colours of the theme.',
  async run(site) {
    const colors: string[] = [];
    for (const name of ['dark', 'light']) {
      const visit = await site.visit(`${site.path('status')}?theme=${name}`);
      await visit.complete(site.names);
      colors.push(await visit.board.component('redis').evaluate((card) => getComputedStyle(card).backgroundColor));
      await visit.screenshot(`grafana-${name}`);
      await visit.close();
    }
    const [dark, light] = colors;
    expect(dark !== light, `cards are ${dark} in both themes`);
    return `cards: dark ${dark}, light ${light}`;
  },
};
