import { expect, it } from 'vitest';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { secretsSeen } from '../../src/grants/secret-expiry.ts';

const day = 24 * 60 * 60_000;
const start = new Date('2026-03-02T09:00:00Z');
const after = (days: number): Date => new Date(start.getTime() + days * day);
const organization = newOrganization('o', 'C1', start);

const notes = (doc: Organization) =>
  doc.owed.flatMap((effect) => (effect.kind === 'note' && effect.note.type === 'secret-expires' ? [effect.note] : []));

/** On which days something is told of these secrets, looked at each day from the first. */
function toldOn(days: number, expiriesOn: (day: number) => { account: string; expiresAt: Date }[]) {
  let doc: Organization = organization;
  return Array.from({ length: days }, (_, today) => today).flatMap((today) => {
    const before = notes(doc).length;
    doc = secretsSeen(doc, expiriesOn(today), after(today));
    return notes(doc)
      .slice(before)
      .map(({ account }) => `${today} ${account}`);
  });
}

it('owes a note of each account and limit once', () => {
  expect(toldOn(60, () => [{ account: 'first', expiresAt: after(40) }])).toEqual(['10 first', '33 first', '39 first']);
  expect(
    toldOn(40, () => [
      { account: 'first', expiresAt: after(40) },
      { account: 'second', expiresAt: after(31) },
    ]),
  ).toEqual(['1 second', '10 first', '24 second', '30 second', '33 first', '39 first']);
});

it('tells only the nearest limit of a secret that was never looked at before', () => {
  expect(toldOn(8, () => [{ account: 'first', expiresAt: after(5) }])).toEqual(['0 first', '4 first']);
  expect(toldOn(3, () => [{ account: 'first', expiresAt: after(-1) }])).toEqual(['0 first']);
});

it('begins anew with another secret, also with one that lasts no longer', () => {
  const replaced = (at: number) => [{ account: 'first', expiresAt: after(at < 3 ? 7 : 20) }];
  expect(toldOn(30, replaced)).toEqual(['0 first', '3 first', '13 first', '19 first']);
});

it('is not told again when one look could not see it', () => {
  const sometimes = (at: number) => (at % 2 === 0 ? [{ account: 'first', expiresAt: after(20) }] : []);
  expect(toldOn(12, sometimes)).toEqual(['0 first']);
});

it('changes nothing while every secret lasts', () => {
  expect(secretsSeen(organization, [{ account: 'first', expiresAt: after(31) }], start)).toBe(organization);
});
