import { it } from 'vitest';
import { inBrowser, says, sees, type Visit } from './support.ts';

async function opens(visit: Visit, cluster: string): Promise<void> {
  await visit.types(`/support-access grant ${cluster} 8h infrastructure The primary steps down`);
  await says(visit.cluster(cluster), '8 h left');
  await sees(visit.message(`${cluster} is open to MongoDB support`));
  await visit.rests();
}

inBrowser('the organization, by the page', (open) => {
  it('is blocked, unblocked for a while, and blocked again by itself', async () => {
    const visit = await open();
    await says(visit.atlas, 'Support can enter every cluster');
    await visit.blocks();
    await says(visit.atlas, 'Support is blocked');
    await says(visit.message('Support access is blocked for the organization'), 'Decided by Olivia Owner');

    await visit.types('/support-access unblock');
    const form = visit.dialog('Unblock support access');
    await form.getByRole('combobox', { name: 'Blocked again after' }).selectOption('1 h');
    await form.getByRole('textbox', { name: 'Reason' }).fill('Support looks at every cluster today');
    await visit.isAccessible();
    await form.getByRole('button', { name: 'Unblock' }).click();
    await visit.closes('Support access');
    await says(visit.atlas, 'Support can enter every cluster');
    await says(visit.page.getByRole('article').last(), 'Support looks at every cluster today');

    await visit.moves('1 hour');
    await says(visit.atlas, 'Support is blocked');
    await visit.isAccessible();
  });

  it('is locked down: blocked, everything closed, every request cancelled', async () => {
    const visit = await open();
    await visit.blocks();
    await opens(visit, 'payments-prod');
    await visit.be('Erin');
    await visit.types('/support-access request warehouse 8h infrastructure The loader stands still');
    await sees(visit.message('Erin Engineer asks for support access to warehouse'));

    await visit.be('Olivia');
    await visit.types('/support-access lockdown');
    const form = visit.dialog('Close everything');
    await says(form, 'payments-prod');
    await visit.isAccessible();
    await form.getByRole('button', { name: 'Close everything' }).click();
    await says(visit.cluster('payments-prod'), 'Closed');
    await sees(visit.message('Lockdown:'));
    await says(visit.atlas, 'Support is blocked');
    await sees(visit.message(/warehouse.*cancelled|cancelled.*warehouse/is));
  });

  it('says while Atlas fails that access may still be open, and closes it once Atlas works', async () => {
    const visit = await open();
    await visit.blocks();
    await opens(visit, 'ledger-prod');
    await visit.atlas.getByRole('radio', { name: 'Fails' }).check();
    await says(visit.atlas, 'Atlas answers 500 to everything.');
    await says(visit.narration, 'Portcullis announces nothing that it has not seen');
    await visit.confirms(visit.message(/ledger-prod is open.*Asked/s), 'Revoke now', 'Revoke now');
    await sees(visit.message('not seen closed yet'));
    await says(visit.cluster('ledger-prod'), '8 h left');
    await visit.isAccessible();

    await visit.atlas.getByRole('radio', { name: 'Works' }).check();
    await says(visit.narration, 'Atlas answers as it should again.');
    await visit.moves('1 minute');
    await says(visit.cluster('ledger-prod'), 'Closed');
    await sees(visit.message('Olivia Owner revoked support access to ledger-prod'));
  });

  it('shows how it stands on Home, and opens its settings', async () => {
    const visit = await open();
    await visit.goTo('Home');
    await sees(visit.page.getByRole('button', { name: 'Block', exact: true }));
    await visit.isAccessible();
    await visit.goTo('support-access');
    await visit.types('/support-access settings');
    const form = visit.dialog(/settings/i);
    await sees(form);
    await visit.isAccessible();
  });
});
