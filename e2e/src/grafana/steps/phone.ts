import { expect, type Step } from '../step';

const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };

export const phone: Step = {
  name: 'phone',
  shows: 'On a phone the whole board can be read: nothing is wider than the screen.',
  async run(site) {
    const visit = await site.visit(site.path('status'), PHONE);
    await visit.complete(site.names);
    const widest = await visit.page
      .locator('[data-key]')
      .evaluateAll((cards) => Math.max(...cards.map((card) => card.getBoundingClientRect().right)));
    await visit.screenshot('grafana-phone');
    expect(widest <= PHONE.width, `a card ends at ${widest} of ${PHONE.width} pixels`);
    await visit.board.component('redis').tap();
    await visit.page.getByRole('dialog').waitFor();
    return `${site.names.length} cards, the widest ends at ${Math.round(widest)} of ${PHONE.width} pixels; a tap opens the details`;
  },
};
