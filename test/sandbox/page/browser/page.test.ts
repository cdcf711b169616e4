import { expect, it } from 'vitest';
import { inBrowser, says, sees, type Visit } from './support.ts';

/** Tabs on until this has the focus. */
async function tabsTo(visit: Visit, name: string | RegExp, role: 'button' | 'combobox' | 'textbox' = 'button') {
  const wanted = visit.page.getByRole(role, { name }).and(visit.page.locator(':focus'));
  for (let presses = 0; presses < 80; presses++) {
    if ((await wanted.count()) > 0) return;
    await visit.page.keyboard.press('Tab');
  }
  throw new Error(`The focus never came to ${role} ${name}`);
}

inBrowser('the page itself', (open) => {
  it('completes commands in the composer, and says what is no command', async () => {
    const visit = await open();
    const { composer, page } = visit;
    await composer.pressSequentially('/support-access h');
    await sees(page.getByRole('option', { name: /^\/support-access history/ }));
    expect(await page.getByRole('option').allInnerTexts()).toHaveLength(2);
    await visit.isAccessible();
    await composer.press('ArrowDown');
    await composer.press('Enter');
    expect(await composer.inputValue()).toBe('/support-access help');
    await composer.press('Enter');
    await says(page.getByRole('article').last(), 'Seen by you only');
    expect(await composer.inputValue()).toBe('');

    await visit.types('/supportaccess');
    await says(page.getByRole('alert'), '/supportaccess is not a valid command. Try /support-access.');
    await composer.fill('Good *morning*');
    await composer.press('Enter');
    await sees(page.getByRole('article').last().getByText('Good morning', { exact: true }));
  });

  it('takes a whole request to an approval by keyboard alone', async () => {
    const visit = await open();
    const { page } = visit;
    const { keyboard } = page;
    await visit.blocks();
    await tabsTo(visit, /^Erin Engineer/);
    await keyboard.press('Enter');
    await visit.people.getByRole('button', { name: 'Erin', pressed: true }).waitFor();
    await tabsTo(visit, /^Write to/, 'combobox');
    await keyboard.type('/support-access req');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    const form = visit.dialog('Ask for support access');
    await sees(form);
    await tabsTo(visit, 'Cluster', 'combobox');
    await keyboard.type('ledger');
    await sees(form.getByRole('option', { name: 'ledger-prod' }));
    await keyboard.press('Enter');
    await tabsTo(visit, 'Duration', 'combobox');
    await keyboard.type('8 h');
    await tabsTo(visit, 'Reason', 'textbox');
    await keyboard.type('Slow writes since the upgrade');
    await tabsTo(visit, 'Ask');
    await keyboard.press('Space');
    await says(visit.dialog('Support access'), 'ledger-prod');
    await keyboard.press('Escape');
    await visit.dialog('Support access').waitFor({ state: 'detached' });

    await keyboard.press('Shift+Tab');
    await tabsTo(visit, /^Olivia Owner/);
    await keyboard.press('Enter');
    await visit.people.getByRole('button', { name: 'Olivia', pressed: true }).waitFor();
    await tabsTo(visit, 'Approve for 8 h');
    await keyboard.press('Enter');
    await says(page.getByRole('dialog'), 'Opens ledger-prod to MongoDB support for 8 h');
    await tabsTo(visit, 'Approve');
    await keyboard.press('Enter');
    await says(visit.cluster('ledger-prod'), '8 h left');
    // What was pressed is gone: the focus is where it stood, not at the top of the page.
    await sees(page.locator('article:focus'));
  });

  it('keeps person and theme over a reload, and hides the narration until it is wanted again', async () => {
    const visit = await open();
    const { page } = visit;
    await visit.be('Oscar');
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Hide' }).click();
    await visit.narration.waitFor({ state: 'detached' });
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await background();
    await page.reload();
    await visit.people.getByRole('button', { name: 'Oscar', pressed: true }).waitFor();
    expect(await background()).toBe(dark);
    expect(await visit.narration.count()).toBe(0);
    await page.getByRole('button', { name: 'Dark', pressed: true }).click();
    expect(await background()).not.toBe(dark);
    await page.getByRole('button', { name: 'Narration' }).click();
    await sees(visit.narration);
  });

  it('starts anew when told so twice', async () => {
    const visit = await open();
    const { page } = visit;
    await visit.types('Will be forgotten');
    await visit.moves('1 hour');
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await says(visit.clock, '10:00');
    await page.getByRole('button', { name: 'Reset' }).click();
    await visit.isAccessible();
    await page.getByRole('button', { name: 'Start anew' }).click();
    await says(visit.clock, '09:00');
    await page.getByText('Will be forgotten').waitFor({ state: 'detached' });
  });

  it('leads from the request to the countdown where there is room for one column', async () => {
    const visit = await open({ width: 360, height: 740 });
    const { page } = visit;
    const tab = (name: string) =>
      page.getByRole('navigation', { name: 'Columns' }).getByRole('button', { name }).click();
    await visit.isAccessible();
    await visit.types('/support-access grant payments-prod 8h infrastructure The primary steps down');
    await sees(visit.message('payments-prod is open to MongoDB support'));
    await tab('Atlas');
    await says(visit.cluster('payments-prod'), '8 h left');
    await visit.isAccessible();
    await tab('People');
    await visit.be('Erin');
    await visit.isAccessible();
    await tab('Conversation');
    await sees(visit.message('payments-prod is open to MongoDB support'));
    await page.getByRole('button', { name: 'Settings' }).click();
    await sees(page.getByRole('button', { name: 'Dark' }));
    await visit.isAccessible();
  });
});
