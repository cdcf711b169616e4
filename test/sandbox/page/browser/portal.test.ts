import { it } from 'vitest';
import { inBrowser, says, sees } from './support.ts';

inBrowser('a portal, by the page', (open) => {
  it('is granted for seven days at a prompt, and disabled at another; the gate goes with it', async () => {
    const visit = await open();
    const { page } = visit;
    await says(visit.tenant('Production'), 'Off');
    await says(visit.gate('Production'), 'keeps support out');
    await visit.goTo('shield-access');
    await visit.types('/support-access grant');
    const form = visit.dialog('Grant support access');
    await form.getByRole('combobox', { name: 'Tenant' }).fill('prod');
    await form.getByRole('option', { name: 'Production' }).click();
    await says(form, 'Granted now, it lasts until 2026-03-09 09:00 UTC.');
    await form.getByRole('textbox', { name: 'Reason' }).fill('Alerts of two sites have stopped arriving');
    await visit.isAccessible();
    await form.getByRole('button', { name: 'Grant', exact: true }).click();
    await visit.closes('Support access');
    await says(visit.message('Copy this into the support case'), 'Issue: Alerts of two sites have stopped arriving');
    await says(visit.tenant('Production'), '7 d left');
    await says(visit.tenant('Production'), 'by Portcullis');
    await says(visit.gate('Production'), 'lets support in');
    await visit.isAccessible();

    const open7d = visit.message(/Production is open to Shield support.*Asked by/s);
    await open7d.getByRole('button', { name: 'Disable now' }).click();
    await says(page.getByRole('dialog'), 'Shield support loses its access to Production.');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it open' }).click();
    await says(visit.gate('Production'), 'lets support in');
    await visit.confirms(open7d, 'Disable now', 'Disable now');
    await says(visit.tenant('Production'), 'Off');
    await says(visit.gate('Production'), 'keeps support out');
  });

  it('is switched by hand, and Slack says so', async () => {
    const visit = await open();
    await visit.goTo('shield-access');
    await visit.tenant('Staging').getByRole('button', { name: 'Switch on in Shield: Staging' }).click();
    await says(visit.tenant('Staging'), 'by hand');
    await visit.moves('1 hour');
    await sees(visit.message('Staging'));
    // Nobody has decided that yet.
    await says(visit.gate('Staging'), 'keeps support out');
  });
});
