import { describe, expect, it } from 'vitest';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

async function asked(type = 'infrastructure'): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, 'erin', `request payments-prod 8h ${type} Primary steps down again`);
  return harness;
}

describe('Approve with changes', () => {
  it('opens less than was asked for, and tells whoever asked', async () => {
    const harness = await asked();
    await clicks(harness, 'oscar', 'Approve with changes…');
    const form = harness.oscar.modal();
    expect(form.fields.map(({ options }) => options)).toEqual([
      ['Database logs only', 'Infrastructure and all cluster logs'],
      ['30 min', '1 h', '2 h', '4 h', '8 h'],
      [],
    ]);
    expect(form.text).toContain('With infrastructure and all cluster logs:');
    await form.choose('Duration', '2 h');
    await form.choose('Access', 'Database logs only');
    await harness.idle();
    // What is chosen is what is explained, and nothing that was entered is lost.
    expect(form.text).toContain('With database logs only:');
    expect(form.text).not.toContain('With infrastructure and all cluster logs:');
    expect(form.text).toContain('[2 h ▾]');
    await form.fill('Why', 'x'.repeat(501));
    await form.submit();
    expect(form.errors).toEqual({ Why: 'Keep this to 500 characters; it has 501.' });
    await form.fill('Why', 'Logs should do, <!channel>.');
    expect(await submits(harness, 'oscar')).toContain('payments-prod is open to MongoDB support');
    expect(inAtlas(harness, 'payments-prod')).toEqual({
      grantType: 'CLUSTER_DATABASE_LOGS',
      expirationTime: new Date('2026-03-02T11:00:00Z'),
    });
    const grant = await harness.onlyGrant();
    expect(rootOf(harness, grant)).toContain(
      'Asked for: infrastructure and all cluster logs for 8 h, by Erin Engineer',
    );
    // All in one note, which mentions whoever asked once.
    const told = notes(harness, grant);
    expect(told).toHaveLength(1);
    expect(told[0]?.replaceAll(grant._id, 'g-…').replace(/\(https.*\)$/, '(https://…)')).toMatchSnapshot();
    expect(thread(harness, grant).flatMap(mentionsIn)).toEqual([`<@${people.erin}>`]);
  });

  it('tells whoever is not in the channel once, directly', async () => {
    const harness = await startHarness();
    await types(harness, 'dana', 'request payments-prod 8h infrastructure Slow queries since noon', 'engineering');
    await clicks(harness, 'oscar', 'Approve with changes…');
    await harness.oscar.modal().choose('Access', 'Database logs only');
    await submits(harness, 'oscar');
    const told = harness.dana.directMessages().map((message) => readable(harness, message));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('Oscar Second approved other terms than were asked for.');
    expect(told[0]).toContain('payments-prod is open to MongoDB support');
  });

  it('is told with why it was not opened, where it was not', async () => {
    const harness = await asked();
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', call: 'grant', status: 403 });
    await clicks(harness, 'oscar', 'Approve with changes…');
    await harness.oscar.modal().choose('Duration', '2 h');
    await submits(harness, 'oscar');
    await harness.advance(30 * minute);
    fault.clear();
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('failed');
    const told = notes(harness, grant);
    expect(told.at(-1)).toContain('Support access to payments-prod was not opened');
    expect(told.at(-1)).toContain('Approved: infrastructure and all cluster logs for 2 h');
    expect(thread(harness, grant).flatMap(mentionsIn)).toEqual([`<@${people.erin}>`]);
  });

  it('is for deciders, and for what still waits', async () => {
    const harness = await asked();
    const refused = /^Not approved\. .*Ask Olivia Owner and Oscar Second\.$/;
    expect(await clicks(harness, 'erin', 'Approve with changes…')).toMatch(refused);
    expect(await clicks(harness, 'gus', 'Approve with changes…')).toContain('Guests of this workspace');
    await clicks(harness, 'olivia', 'Approve with changes…');
    await clicks(harness, 'oscar', 'Approve for 8 h');
    await harness.olivia.modal().choose('Duration', '1 h');
    expect(await submits(harness, 'olivia')).toContain('this is decided already. Oscar Second approved it');
    expect(inAtlas(harness, 'payments-prod')?.expirationTime).toEqual(new Date('2026-03-02T17:00:00Z'));
  });

  it('changes nothing of a request whose type another one asks for, and says so, unless it opens at once', async () => {
    const harness = await asked();
    await types(harness, 'dana', 'request payments-prod 1h logs Slow queries since noon', 'engineering');
    await clicks(harness, 'oscar', 'Approve with changes…', { message: 'Erin Engineer asks' });
    await harness.oscar.modal().choose('Access', 'Database logs only');
    expect(await submits(harness, 'oscar')).toContain('payments-prod is open to MongoDB support');
    expect((await harness.allGrants()).map(({ state }) => state)).toEqual(['active', 'requested']);
  });
});
