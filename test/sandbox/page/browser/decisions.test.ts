import { expect, it } from 'vitest';
import { inBrowser, says, sees } from './support.ts';

const ask = '/support-access request payments-prod 8h infrastructure The primary steps down';

inBrowser('decisions, by the page', (open) => {
  it('denies with a reason, which whoever asked reads', async () => {
    const visit = await open();
    await visit.be('Erin');
    await visit.types(ask);
    const request = visit.message('Erin Engineer asks for support access to payments-prod');
    await sees(request);

    await visit.be('Olivia');
    await request.getByRole('button', { name: 'Deny' }).click();
    const form = visit.dialog('Deny the request');
    await form.getByRole('button', { name: 'Deny' }).click();
    await sees(form.locator('.field-error'));
    await visit.isAccessible();
    await form.getByRole('textbox', { name: 'Reason' }).fill('No case is open with <support> & co');
    await form.getByRole('button', { name: 'Deny' }).click();
    await says(visit.dialog('Support access'), 'Erin Engineer, who asked, is told so with your reason.');
    await visit.closes('Support access');
    const denied = visit.message(/Olivia Owner denied support access to payments-prod.*Asked for/s);
    await says(denied, 'Nothing was opened.');
    await says(denied, 'No case is open with <support> & co');
    await says(visit.cluster('payments-prod'), 'Not closed');

    await visit.be('Erin');
    await says(visit.message('@Erin Engineer'), 'No case is open with <support> & co');
    await visit.isAccessible();
  });

  it('tells somebody without the right why not, and a guest that this is not for guests', async () => {
    const visit = await open();
    await visit.be('Erin');
    await visit.types(ask);
    await visit.confirms(visit.message('Erin Engineer asks'), 'Approve for 8 h', 'Approve');
    const refusal = visit.message('Not approved.');
    await says(refusal, 'Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner and Oscar Second.');
    await says(refusal, 'Seen by you only');
    await says(visit.narration, 'only owners of the Atlas organization decide here. Nothing was changed.');
    await visit.isAccessible();

    await visit.be('Gus');
    await visit.types('/support-access request payments-prod');
    await sees(visit.message('Seen by you only'));
    await says(visit.narration, 'guests of the workspace may neither ask nor see');
    await visit.be('Olivia');
    await sees(visit.message('Erin Engineer asks').getByRole('button', { name: 'Approve for 8 h' }));
    expect(await visit.page.getByText('Seen by you only').count()).toBe(0);
    await says(visit.cluster('payments-prod'), 'Not closed');
  });

  it('reaches somebody outside of the channel by direct message, marked unread until it is looked at', async () => {
    const visit = await open();
    await visit.be('Dana');
    await visit.goTo('Portcullis');
    await visit.types(ask);
    // In a direct message nothing says which organization is meant.
    const asked = visit.message('For which organization?');
    await asked.getByRole('button', { name: 'Meridian Health' }).click();
    await sees(visit.message('Asked for support access to payments-prod'));
    await visit.goTo('engineering');

    await visit.be('Olivia');
    await visit.goTo('support-access');
    await visit.confirms(visit.message('Dana Developer asks'), 'Approve for 8 h', 'Approve');
    await says(visit.cluster('payments-prod'), '8 h left');
    const dana = visit.people.getByRole('button', { name: /^Dana Developer.* unread$/ });
    await sees(dana);
    await visit.isAccessible();

    await visit.be('Dana');
    const direct = visit.places.getByRole('button', { name: /^Portcullis/ });
    await sees(direct.getByText('unread'));
    await direct.click();
    await sees(visit.message('payments-prod is open to MongoDB support'));
    await direct.getByText('unread').waitFor({ state: 'detached' });
    await visit.be('Olivia');
    await dana.waitFor({ state: 'detached' });
  });
});
