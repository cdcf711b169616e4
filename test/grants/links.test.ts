import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/grants/grant.ts';
import { accountsSeen, confirmLink, linkStanding } from '../../src/grants/links.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { at, ben, cleo, minute } from '../support/grants.ts';

const empty = newOrganization('org1', 'C1', at(0));
const adas = { accountId: 'a-ada', email: 'ada@example.test', slackId: 'UADA' };
const bens = { accountId: 'a-ben', email: 'ben@example.test', slackId: 'UBEN' };
const linked = accountsSeen(empty, [adas, bens], at(0));
/** Ada's address suddenly belongs to another Slack account. */
const moved = accountsSeen(linked, [{ ...adas, slackId: 'UNEW' }], at(minute));

const notes = (organization: Organization) =>
  organization.owed.flatMap((effect) => (effect.kind === 'note' ? [effect.note] : []));
const standings = (organization: Organization, accountId: string) =>
  ['UADA', 'UBEN', 'UNEW'].map((slackId) => linkStanding(organization, accountId, slackId));

const confirm = (organization: Organization, change: { accountId?: string; slackId?: string; by?: Actor } = {}) =>
  confirmLink(organization, {
    accountId: adas.accountId,
    slackId: 'UNEW',
    by: ben,
    operationId: 'op-confirm',
    basis: 'fresh',
    now: at(5 * minute),
    ...change,
  });

function confirmed(...args: Parameters<typeof confirm>): Organization {
  const result = confirm(...args);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

describe('accountsSeen', () => {
  it('links an account when it is first seen, and tells the channel', () => {
    const first = accountsSeen(empty, [adas], at(0));
    expect(first.links).toEqual([{ ...adas, since: at(0) }]);
    expect(notes(first)).toEqual([{ type: 'links-new', links: [{ email: adas.email, slackId: adas.slackId }] }]);
    expect(first.version).toBe(empty.version + 1);
    expect(first.history.map((entry) => entry.action)).toEqual(['link']);
    expect(standings(first, adas.accountId)).toEqual(['linked', 'none', 'none']);
  });

  it('tells of several in one note, and of many in several', () => {
    expect(notes(linked)).toEqual([
      {
        type: 'links-new',
        links: [adas, bens].map(({ email, slackId }) => ({ email, slackId })),
      },
    ]);
    const many = Array.from({ length: 41 }, (_, index) => ({
      accountId: `a-${index}`,
      email: `p${index}@example.test`,
      slackId: `U${index}`,
    }));
    expect(notes(accountsSeen(empty, many, at(0)))).toHaveLength(2);
  });

  it.each<[string, Organization, typeof adas]>([
    ['the same again', linked, adas],
    ['the same change again', moved, { ...adas, slackId: 'UNEW' }],
    ['the one that is linked, while another waits', moved, adas],
  ])('gives the same object for %s', (_, organization, seen) => {
    expect(accountsSeen(organization, [seen], at(9 * minute))).toBe(organization);
  });

  it('a change waits: the old link acts until somebody confirms', () => {
    expect(standings(moved, adas.accountId)).toEqual(['linked', 'none', 'pending']);
    expect(notes(moved).at(-1)).toEqual({ type: 'link-change', ...adas, slackId: 'UNEW' });
    expect(moved.links).toHaveLength(2);
    expect(moved.history.at(-1)).toMatchObject({ action: 'link-change-waits', detail: 'ada@example.test UNEW' });
  });

  it('a later change takes the place of the one that waited', () => {
    const again = accountsSeen(moved, [{ ...adas, slackId: 'UOTHER' }], at(2 * minute));
    expect(standings(again, adas.accountId)).toEqual(['linked', 'none', 'none']);
    expect(linkStanding(again, adas.accountId, 'UOTHER')).toBe('pending');
  });

  it('a first link to a Slack account that acts for another account waits', () => {
    const second = accountsSeen(
      linked,
      [{ accountId: 'a-2', email: 'ada+2@example.test', slackId: 'UADA' }],
      at(minute),
    );
    expect(standings(second, 'a-2')).toEqual(['pending', 'none', 'none']);
    expect(standings(second, adas.accountId)).toEqual(['linked', 'none', 'none']);
    expect(second.links.at(-1)?.slackId).toBeUndefined();
    expect(notes(second).at(-1)).toMatchObject({ type: 'link-change', accountId: 'a-2' });
  });
});

describe('confirmLink', () => {
  it('lets the new one act, and the old one no longer', () => {
    const organization = confirmed(moved);
    expect(standings(organization, adas.accountId)).toEqual(['none', 'none', 'linked']);
    expect(organization.links.find((link) => link.accountId === adas.accountId)).toMatchObject({
      since: at(5 * minute),
      confirmedBy: ben,
    });
    expect(organization.owed.at(-1)).toMatchObject({ kind: 'render-link', accountId: adas.accountId });
    expect(organization.history.at(-1)).toMatchObject({ action: 'link-confirmed', actor: ben, basis: 'fresh' });
    expect(organization.version).toBe(moved.version + 1);
  });

  it('a Slack account acts for one account: it gives up the one it had', () => {
    const second = accountsSeen(
      linked,
      [{ accountId: 'a-2', email: 'ada+2@example.test', slackId: 'UADA' }],
      at(minute),
    );
    const organization = confirmed(second, { accountId: 'a-2', slackId: 'UADA' });
    expect(standings(organization, 'a-2')).toEqual(['linked', 'none', 'none']);
    expect(standings(organization, adas.accountId)).toEqual(['none', 'none', 'none']);
    expect(standings(organization, bens.accountId)).toEqual(['none', 'linked', 'none']);
  });

  it.each<[string, Organization, Parameters<typeof confirm>[1], string]>([
    ['their own', moved, { by: { ...cleo, slackId: 'UNEW' } }, 'own-link'],
    ['another than the one that waits', moved, { slackId: 'UOTHER' }, 'no-such-link'],
    ['one that does not wait', linked, {}, 'no-such-link'],
    ['one that is linked already', linked, { slackId: 'UADA' }, 'no-such-link'],
    ['one of an account that nobody has seen', moved, { accountId: 'a-none' }, 'no-such-link'],
  ])('nobody confirms %s', (_, organization, change, code) => {
    expect(confirm(organization, change)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('an operator may, on the command line', () => {
    const by: Actor = { kind: 'operator', name: 'root' };
    expect(standings(confirmed(moved, { by }), adas.accountId)).toEqual(['none', 'none', 'linked']);
  });

  it('a replay changes nothing', () => {
    const organization = confirmed(moved);
    expect(confirm(organization)).toEqual({ ok: true, doc: organization, replayed: true });
  });
});
