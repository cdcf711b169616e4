import { expect, it } from 'vitest';
import { steps } from '../../../../src/sandbox/page/tour/steps.ts';
import { inBrowser, says, sees } from './support.ts';

inBrowser('the guided tour', (open) => {
  it('goes through its eight steps to the end', async () => {
    const visit = await open({ tour: true });
    const { page } = visit;
    const tour = page.locator('section', { has: page.getByRole('heading', { name: /of 8/ }) }).last();
    expect(steps).toHaveLength(8);
    for (const [index, { title }] of steps.entries()) {
      await sees(page.getByRole('heading', { name: `${index + 1} of 8 ${title}` }));
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
