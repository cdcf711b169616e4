import { describe, expect, it } from 'vitest';
import { channelName, startHarness } from '../support/harness.ts';
import { command, complete, state, submits, unblocked } from './app-steps.ts';

describe('revoke', () => {
  it('closes after a confirm step, and shows what was seen', async () => {
    const harness = await startHarness();
    const { olivia } = harness;
    await command(harness, olivia, 'grant payments-prod 4h logs Primary steps down again');
    await command(harness, olivia, 'revoke PAYMENTS-PROD');
    expect(olivia.modal().text).toContain('Downloads in progress are not interrupted');
    expect(await submits(harness, olivia)).toContain(
      'payments-prod is closed: MongoDB Atlas was seen without the grant',
    );
    expect(await state(harness)).toBe('revoked');
    expect(await command(harness, olivia, `revoke ${(await harness.onlyGrant())._id}`)).toContain(
      'Nothing was revoked',
    );
  });

  it("takes one's own request back", async () => {
    const harness = await startHarness();
    const { erin } = harness;
    await command(harness, erin, `request ${complete}`);
    await command(harness, erin, 'revoke');
    expect(erin.modal().title).toBe('Cancel your request');
    expect(await submits(harness, erin)).toContain(
      'Erin Engineer cancelled the request for support access to payments-prod',
    );
    expect(await state(harness)).toBe('cancelled');
  });

  it('lets people choose among several', async () => {
    const harness = await startHarness();
    const { olivia } = harness;
    await command(harness, olivia, `grant ${complete}`);
    await command(harness, olivia, 'grant warehouse 4h infrastructure Query targeting alert');
    await command(harness, olivia, 'revoke');
    await olivia.modal().choose('What to revoke', 'warehouse (analytics): open');
    expect(await submits(harness, olivia)).toContain('warehouse is open to MongoDB support');
    expect(await submits(harness, olivia)).toContain('warehouse is closed');
    const grants = await harness.allGrants();
    expect(grants.map((grant) => `${grant.target.name} ${grant.state}`)).toEqual([
      'payments-prod active',
      'warehouse revoked',
    ]);
  });

  it('tells who may not before any form', async () => {
    const harness = await startHarness();
    await command(harness, harness.olivia, `grant ${complete}`);
    expect(await command(harness, harness.erin, 'revoke payments-prod')).toContain('Not revoked. Your roles');
    expect(harness.erin.hasModal()).toBe(false);
  });

  it('says what is pending while Atlas cannot be reached', async () => {
    const harness = await startHarness();
    const { olivia, sandbox } = harness;
    await command(harness, olivia, `grant ${complete}`);
    await command(harness, olivia, 'revoke');
    sandbox.atlas.down();
    const outcome = await submits(harness, olivia);
    expect(outcome).toContain('Accepted, but not seen closed yet');
    expect(outcome).toContain('It may still be open until');
    expect(await command(harness, olivia, 'revoke')).toContain('It is being closed already.');
  });
});

describe('block and unblock', () => {
  it('shows what it means, what is open, and what was read back', async () => {
    const harness = await startHarness(unblocked);
    const { olivia, sandbox } = harness;
    await command(harness, olivia, `grant ${complete}`);
    await command(harness, olivia, 'block');
    expect(olivia.modal().text).toContain('may increase the time that support needs to respond');
    expect(olivia.modal().text).toContain('payments-prod: infrastructure and all cluster logs, until');
    expect(await submits(harness, olivia)).toMatch(/Support access is blocked for the organization\n.*: blocked\./);
    expect(sandbox.atlas.state.blocked).toBe(true);
    expect(await command(harness, olivia, 'block')).toContain('Nothing to do: it is blocked already');
  });

  it('asks for the reason of an unblock and says how many clusters it opens', async () => {
    const harness = await startHarness();
    const { oscar, sandbox } = harness;
    await command(harness, oscar, 'unblock upgrade');
    const form = oscar.modal();
    expect(form.text).toContain('can then enter the infrastructure of all 6 clusters');
    await form.submit();
    expect(form.errors).toEqual({ Reason: expect.stringContaining('at least 10 characters') });
    await oscar.modal().fill('Reason', 'Planned upgrade with support');
    expect(await submits(harness, oscar)).toContain('Support access is no longer blocked');
    expect(sandbox.atlas.state.blocked).toBe(false);
  });

  it('gives the link where no account may switch it, with the state as it is', async () => {
    const settings = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };
    const harness = await startHarness({ ...unblocked, settings });
    const answer = await command(harness, harness.olivia, 'block');
    expect(answer + harness.olivia.sees(channelName)).toContain('Portcullis has no account that may switch this');
    expect(answer).toContain(': not blocked.');
  });
});
