import { expect, it } from 'vitest';
import { inBrowser, says, sees } from './support.ts';

inBrowser('access to a cluster, by the page', (open) => {
  it('is asked for in the form, approved, brought up before its end, extended and revoked', async () => {
    const visit = await open();
    const { page } = visit;
    await visit.blocks();

    await visit.be('Erin');
    await visit.opensForm();
    const form = visit.dialog('Ask for support access');
    await form.getByRole('combobox', { name: 'Cluster' }).fill('pay');
    await sees(form.getByRole('option', { name: 'payments-prod' }));
    await visit.isAccessible();
    await form.getByRole('option', { name: 'payments-prod' }).click();
    await form.getByRole('combobox', { name: 'Duration' }).selectOption('8 h');
    await form.getByRole('textbox', { name: 'Reason' }).fill('The primary steps down every few minutes');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await visit.closes('Support access');
    const request = visit.message('Erin Engineer asks for support access to payments-prod');
    await sees(request.getByText('Duration: 8 h, counted from the approval'));
    await says(visit.narration, 'Nothing is open: Portcullis has told the channel and waits for an owner.');

    await visit.be('Olivia');
    await request.getByRole('button', { name: 'Approve for 8 h' }).click();
    await says(page.getByRole('dialog'), 'Opens payments-prod to MongoDB support for 8 h');
    await visit.isAccessible();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    const open8h = visit.message(/payments-prod is open to MongoDB support.*Asked by/s);
    await says(open8h, 'It is open until today at 17:00 (in 8 hours).');
    await says(visit.cluster('payments-prod'), '8 h left');
    await says(visit.narration, 'Portcullis read it back: open until 17:00.');
    await visit.isAccessible();

    await visit.moves('next reminder');
    await says(visit.clock, '13:00');
    const reminder = visit.message('payments-prod is open to MongoDB support for 4 h more');
    await says(reminder, 'It ends by itself today at 17:00 (in 4 hours).');
    await says(visit.narration, 'Access to payments-prod will end at 17:00');
    await says(visit.cluster('payments-prod'), '4 h left');

    await reminder.getByRole('button', { name: 'Extend' }).click();
    const extend = visit.dialog('Extend support access');
    await extend.getByRole('combobox', { name: 'New duration' }).selectOption('8 h');
    await visit.isAccessible();
    await extend.getByRole('button', { name: 'Extend' }).click();
    await visit.closes('Support access');
    await says(visit.cluster('payments-prod'), '8 h left');
    await says(visit.message(/payments-prod is open.*Asked by/s), 'It is open until today at 21:00 (in 8 hours).');

    const standing = visit.message(/payments-prod is open.*Asked by/s);
    await visit.confirms(standing, 'Revoke now', 'Revoke now');
    await says(
      visit.message('Olivia Owner revoked support access to payments-prod'),
      'Seen closed today at 13:00. It was open for 4 h.',
    );
    await says(visit.cluster('payments-prod'), 'Closed');
    await visit.isAccessible();
    expect(await visit.message('Seen closed').getByRole('button', { name: 'Revoke now' }).count()).toBe(0);
  });

  it('ends by itself when its time is over', async () => {
    const visit = await open();
    await visit.types('/support-access grant warehouse 1h infrastructure The loader stands still');
    await says(visit.cluster('warehouse'), '1 h left');
    await visit.rests();
    await visit.moves('end');
    await says(visit.clock, '10:00');
    await says(visit.message(/warehouse has ended|ended/), 'Seen closed today at 10:00.');
    await says(visit.cluster('warehouse'), 'Not closed');
    await says(visit.narration, 'Portcullis read Atlas back: warehouse is closed.');
  });
});
