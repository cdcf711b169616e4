import { describe, expect, it, vi } from 'vitest';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { channelName, type Harness, hour, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const reason = 'Primary steps down every few minutes';

describe('a request by text', () => {
  it('with everything given stands in the channel at once, and the asker is told where', async () => {
    const harness = await startHarness();
    const answer = await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
    expect(harness.erin.hasModal()).toBe(false);

    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({
      state: 'requested',
      target: { name: 'payments-prod', projectName: 'payments' },
      terms: { type: 'CLUSTER_DATABASE_LOGS', durationMs: 8 * hour },
      reason,
      requestedBy: { slackId: people.erin },
    });
    const shown = rootOf(harness, grant);
    expect(shown).toContain(
      [
        'Erin Engineer asks for support access to payments-prod',
        'Cluster: payments-prod, project payments',
        'Access: database logs only',
        'Duration: 8 h, counted from the approval',
        'Lapses: tomorrow at 09:00 UTC (in 1 day), unless it is decided before',
        'Reason:',
        `> ${reason}`,
        'A download of logs that has begun goes on to its end, even when access is revoked meanwhile.',
        'To decide: @Olivia Owner and @Oscar Second',
      ].join('\n'),
    );
    expect(shown).toMatch(/\[Approve for 8 h\] .*\[Deny\]/);
    expect(shown).toContain(`${grant._id}, asked today at 09:00 UTC`);
    expect(answer).toContain('Asked for support access to payments-prod, project payments');
    expect(answer).toContain(`It is posted in #${channelName}: ${grant._id} (${grant.message?.permalink}).`);
    expect(harness.audits().at(-1)).toMatchObject({ action: 'request', outcome: 'done', to: 'requested' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });

  it('takes 24 hours when no duration is said, and a project before the name', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request platform/staging infrastructure The disk is failing again');
    expect(await harness.onlyGrant()).toMatchObject({
      target: { name: 'staging', projectName: 'platform' },
      terms: { type: 'CLUSTER_INFRASTRUCTURE', durationMs: 24 * hour },
      reason: 'The disk is failing again',
    });
  });

  it('mentions at most three deciders', async () => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
    const root = harness.sandbox.slack.messages(harness.channel).at(-1);
    expect(mentionsIn(root ?? {}).sort()).toEqual(
      [people.olivia, people.oscar, people.priya].map((id) => `<@${id}>`).sort(),
    );
  });
});

describe('a request by form', () => {
  it('opens with the rest of the text as the reason: words are no cluster', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request disk is failing');
    const form = harness.erin.modal();
    expect(form.title).toBe('Ask for support access');
    expect(form.text).toContain('Cluster: [Type a part of its name, or its project ▾]');
    expect(form.text).toContain('Reason: disk is failing');
    expect(form.text).toContain('Duration: [24 h ▾]');
  });

  it('offers the access types from the least, sync last', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request');
    const { fields } = harness.erin.modal();
    expect(fields.find(({ label }) => label === 'Access')?.options).toEqual([
      'Database logs only',
      'Infrastructure and all cluster logs',
      'Infrastructure and App Services sync data',
    ]);
  });

  it('finds clusters by typing, by name and by project', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request');
    const form = harness.erin.modal();
    expect(await form.searches('Cluster', 'ledger')).toEqual(['ledger-prod']);
    expect(await form.searches('Cluster', 'analytics')).toEqual(['events-prod', 'warehouse']);
    expect(await form.searches('Cluster', '')).toHaveLength(6);
    expect(await form.searches('Cluster', 'zzzzzz')).toEqual([]);
  });

  it('puts everything that was filled in into the channel, the case as a link', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request', 'engineering');
    const form = harness.erin.modal();
    await form.searches('Cluster', 'wareh');
    await form.choose('Cluster', 'warehouse');
    await form.choose('Access', 'Infrastructure and App Services sync data');
    await form.choose('Duration', '2 h');
    await form.fill('Reason', 'Sync is stuck\nsince 08:40');
    await form.fill('Support case', 'https://support.mongodb.com/case/01234567');
    const shown = await submits(harness, 'erin');

    const grant = await harness.onlyGrant();
    expect(shown).toContain('Asked for support access to warehouse, project analytics');
    expect(shown).toContain(grant._id);
    const root = rootOf(harness, grant);
    expect(root).toContain('Access: infrastructure and App Services sync data');
    expect(root).toContain('Duration: 2 h');
    expect(root).toContain('> Sync is stuck\n> since 08:40');
    expect(root).toContain('Support case: https://support.mongodb.com/case/01234567');
    expect(root).toContain('This opens App Services sync data, which may be sensitive.');
  });

  it('says at the field what is wrong, and stores nothing until it is right', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod');
    const form = harness.erin.modal();
    await form.fill('Reason', 'too short');
    await form.fill('Support case', 'http://support.mongodb.com/case/1');
    await form.submit();
    expect(form.errors).toEqual({
      Reason: 'Say in at least 10 characters why support needs access.',
      'Support case': 'Give the address of the support case as a link that begins with https://, or leave it empty.',
    });
    expect(await harness.allGrants()).toEqual([]);

    await form.fill('Reason', reason);
    await form.fill('Support case', '');
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ reason, terms: { type: 'CLUSTER_DATABASE_LOGS' } });
    expect((await harness.onlyGrant()).caseUrl).toBeUndefined();
  });

  it('stands behind a loading modal while what it needs is slow', async () => {
    const harness = await startHarness({ timeoutMs: 20_000 });
    const slow = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'hang-before' });
    await harness.erin.types('/support-access request payments-prod', { channel: channelName });
    await vi.waitFor(() => expect(harness.erin.modal().text).toContain('One moment'), { timeout: 10_000 });
    expect(harness.erin.modal().fields).toEqual([]);

    slow.clear();
    await harness.idle();
    expect(harness.erin.modal().text).toContain('Cluster: [payments-prod (payments) ▾]');
    await harness.erin.modal().fill('Reason', reason);
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', reason });
  });
});

describe('a form that is closed before the outcome', () => {
  it('leaves nobody in the dark: the outcome comes as a message', async () => {
    const harness = await startHarness({ timeoutMs: 20_000 });
    await types(harness, 'erin', 'request payments-prod', 'engineering');
    await harness.erin.modal().fill('Reason', reason);
    const slow = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'hang-before' });
    await harness.erin.modal().submit();
    expect(harness.erin.modal().text).toContain('Working on it. The outcome appears here.');
    await harness.erin.modal().close();
    slow.clear();
    await harness.idle();
    const told = harness.erin.ephemerals().map((message) => readable(harness, message));
    expect(told.at(-1)).toContain('Asked for support access to payments-prod, project payments');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
  });
});

describe('whoever asked', () => {
  const opened = async (who: 'erin' | 'dana'): Promise<Harness> => {
    const harness = await startHarness();
    await types(harness, who, `request payments-prod 1h logs ${reason}`, 'engineering');
    await clicks(harness, 'olivia', 'Approve for 1 h');
    return harness;
  };

  it('is mentioned in the thread when in the channel, and gets no direct message', async () => {
    const harness = await opened('erin');
    const [note] = thread(harness, await harness.onlyGrant());
    expect(mentionsIn(note ?? {})).toEqual([`<@${people.erin}>`]);
    expect(harness.erin.directMessages()).toEqual([]);
  });

  it('gets a direct message when not in the channel, and is not mentioned', async () => {
    const harness = await opened('dana');
    const grant = await harness.onlyGrant();
    expect(thread(harness, grant).flatMap(mentionsIn)).toEqual([]);
    const [direct, ...more] = harness.dana.directMessages().map((message) => readable(harness, message));
    expect(more).toEqual([]);
    const copy = /```[\s\S]*```/;
    expect(direct).toContain('payments-prod is open to MongoDB support');
    expect(copy.exec(direct ?? '')?.[0]).toBe(copy.exec(notes(harness, grant)[0] ?? '')?.[0]);
    expect(direct).toContain('Open until: 2026-03-02 10:00 UTC');
  });
});
