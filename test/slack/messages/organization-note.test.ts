import { describe, expect, test } from 'vitest';
import { accountsSeen, confirmLink } from '../../../src/grants/links.ts';
import type { Organization, OrganizationNote } from '../../../src/grants/organization.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import * as sample from './samples.ts';

const { organizationNote } = createViews(sample.capabilities);
const at = sample.after(0);
const email = 'olivia.owner@meridian.example';
const linked = accountsSeen(sample.organization(true), [{ accountId: 'a1', email, slackId: 'UOLIVIA' }], at);
const waiting = accountsSeen(linked, [{ accountId: 'a1', email, slackId: 'USAM' }], sample.after(5));
const change: OrganizationNote = { type: 'link-change', accountId: 'a1', email, slackId: 'USAM' };

const timeOver = { by: sample.olivia, until: at, tried: 1 };

const post = (note: OrganizationNote, organization: Organization = sample.organization(true)) =>
  organizationNote(organization, note, { ...sample.context(true), organization });

function confirmed(organization: Organization): Organization {
  const result = confirmLink(organization, {
    accountId: 'a1',
    slackId: 'USAM',
    by: sample.oscar,
    operationId: 'confirm',
    basis: 'fresh',
    now: sample.after(10),
  });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

describe('a note about the organization', () => {
  const notes: readonly OrganizationNote[] = [
    { type: 'unblocked', by: sample.olivia, at, reason: 'Planned maintenance', until: sample.after(240) },
    { type: 'unblocked', by: sample.oscar, at, reason: 'It takes longer', until: sample.after(240), again: true },
    { type: 'block-changed-outside', blocked: false, at, who: email },
    { type: 'block-restored', blocked: false, at },
    { type: 'block-overdue', at, reason: 'Atlas does not accept the account.', timeOver },
  ];

  test.each(notes)('$type that is over offers nothing any more', (note) => {
    const shown = sample.read(post(note, sample.organization(true)), 1);
    expect(shown).toContain('Since then it was blocked in MongoDB Atlas itself; seen today at 10:00 UTC.');
    expect(shown).not.toContain('[Block]');
  });

  test('counts the clusters only when they are known', () => {
    const note = { type: 'unblocked', by: sample.olivia, at, reason: '' } as const;
    const organization = sample.organization(false);
    const show = (targetCount?: number): string =>
      sample.read(organizationNote(organization, note, { organization, deciders: [], targetCount }), 1);
    expect(show(12)).toContain('the infrastructure of all 12 clusters now');
    expect(show(1)).toContain('the infrastructure of the one cluster now');
    expect(show()).toContain('the infrastructure of every cluster now');
    expect(show()).not.toContain('Reason');
  });
});

describe('a link that would change', () => {
  test('asks the other owners to confirm it', () => {
    const message = post(change, waiting);
    expect(sample.read(message, 5)).toMatchInlineSnapshot(`
      "Is @sam the person behind olivia.owner@meridian.example in MongoDB Atlas? Somebody has to confirm it
      So far that is @olivia.
      Their Slack account has this e-mail address now, which alone is not enough. Another organization owner can confirm it: ask the person first, and not in Slack. Until then they cannot approve anything.
      @oscar
      [Confirm link]"
    `);
    expect(sample.notified(message)).toEqual(['<@USAM>', '<@UOLIVIA>', '<@UOSCAR>']);
  });

  test('shows who confirmed it, without the button', () => {
    expect(sample.read(post(change, confirmed(waiting)), 10)).toMatchInlineSnapshot(`
      "@sam is now known here as olivia.owner@meridian.example in MongoDB Atlas
      Confirmed by Oscar Second, today at 10:10 UTC."
    `);
  });

  test('that was replaced has no button', () => {
    const replaced = accountsSeen(waiting, [{ accountId: 'a1', email, slackId: 'UPRIYA' }], sample.after(7));
    expect(sample.read(post(change, replaced), 10)).toMatchInlineSnapshot(`
      "@sam is not known here as olivia.owner@meridian.example in MongoDB Atlas
      What waited here to be confirmed has been replaced."
    `);
  });

  test('of an account that nobody acted for yet says whose it was instead', () => {
    const taken = accountsSeen(
      linked,
      [{ accountId: 'a2', email: 'o@meridian.example', slackId: 'UOLIVIA' }],
      sample.after(5),
    );
    const note = { type: 'link-change', accountId: 'a2', email: 'o@meridian.example', slackId: 'UOLIVIA' } as const;
    expect(sample.read(post(note, taken), 5)).toContain('So far they were known here as another account.');
    expect(sample.notified(post(note, taken))).toEqual(['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>']);
  });
});
