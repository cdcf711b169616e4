import { expect, it } from 'vitest';
import { steps } from '../../../../src/sandbox/page/tour/steps.ts';
import { inBrowser, says, sees } from './support.ts';

inBrowser('the guided tour', (open) => {
  it('goes through its eleven steps to the end', async () => {
    const visit = await open({ tour: true });
    const { page } = visit;
    const tour = page.locator('section', { has: page.getByRole('heading', { name: /of 11/ }) }).last();
    expect(steps).toHaveLength(11);
    for (const [index, { title }] of steps.entries()) {
      await sees(page.getByRole('heading', { name: `${index + 1} of 11 ${title}` }));
      await tour.getByRole('button', { name: 'Do it for me' }).click();
      await says(tour, 'Done.');
      await tour.getByRole('button', { name: 'Do it for me' }).waitFor({ state: 'detached' });
      if (index < steps.length - 1) await tour.getByRole('button', { name: 'Next' }).click();
    }
    await says(tour, 'That was the tour: the sandbox is yours.');
    await sees(visit.dialog('Support access history'));
    await visit.isAccessible();
    await page.keyboard.press('Escape');
    await tour.getByRole('button', { name: 'Finish' }).click();
    await tour.waitFor({ state: 'detached' });
  });
});
