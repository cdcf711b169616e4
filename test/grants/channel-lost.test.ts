import { describe, expect, it } from 'vitest';
import {
  channelChecked,
  channelRefused,
  lostChannel,
  movedToChannel,
  ownersToBeTold,
  toldDirectly,
} from '../../src/grants/channel-lost.ts';
import { withNote } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import type { GrantNote } from '../../src/grants/grant-effects.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { withoutKinds } from '../../src/grants/owed.ts';
import { active, at, hour, minute, requested } from '../support/grants.ts';

const organization = withoutKinds(newOrganization('org1', 'C1', at(0)), 'sync');
const refused = (from: Organization, ms: number, why: 'archived' | 'not-member' = 'archived', channelId = 'C1') =>
  channelRefused(from, { channelId, why }, at(ms));
const lost = refused(organization, minute);

const idOf = ({ owed }: Organization, kind: string): string => owed.find((effect) => effect.kind === kind)?.id ?? '';
const check = (from: Organization, ms: number, why?: 'archived' | 'not-member', channelId = 'C1') =>
  channelChecked(from, idOf(from, 'check-channel'), { channelId, why }, at(ms));
const kinds = ({ owed }: Organization): string[] => owed.map(({ kind }) => kind);

describe('a refused message to the channel', () => {
  it('is on record once, has owners told, and the channel looked at', () => {
    const fields = { channelId: 'C1', why: 'archived', since: at(minute), refusedAt: at(minute) };
    expect(lostChannel(lost)).toEqual(fields);
    expect(lost.owed).toMatchObject([
      { kind: 'tell-owners', dueAt: at(minute) },
      { kind: 'check-channel', dueAt: at(2 * minute) },
    ]);
    expect(lost.history).toMatchObject([{ action: 'channel-lost', detail: 'archived' }]);
    expect(refused(lost, 2 * minute)).toEqual({ ...lost, channelLost: { ...fields, refusedAt: at(2 * minute) } });
  });

  it('for another reason changes what is said, and tells nobody again', () => {
    const changed = refused(ownersToBeTold(lost, idOf(lost, 'tell-owners'), [], at(minute)), hour, 'not-member');
    expect(lostChannel(changed)).toMatchObject({ channelId: 'C1', why: 'not-member', since: at(minute) });
    expect(kinds(changed)).toEqual(['check-channel']);
  });

  it('to a channel that is not in use says nothing of the one that is', () => {
    expect(refused(organization, minute, 'archived', 'C0')).toBe(organization);
    const other: Organization = { ...lost, channelId: 'C2' };
    expect(lostChannel(other)).toBeUndefined();
    expect(lostChannel(refused(other, hour, 'archived', 'C2'))).toMatchObject({ channelId: 'C2', since: at(hour) });
  });
});

describe('owners', () => {
  it('are told each by a message of their own, once', () => {
    const id = idOf(lost, 'tell-owners');
    const telling = ownersToBeTold(lost, id, ['UADA', 'UBEN'], at(minute));
    expect(telling.owed.filter(({ kind }) => kind === 'direct')).toMatchObject([
      { to: 'UADA', note: { type: 'channel-lost', why: 'archived', since: at(minute) } },
      { to: 'UBEN' },
    ]);
    expect(ownersToBeTold(telling, id, ['UADA', 'UBEN'], at(minute))).toEqual(telling);
  });

  it('are not told of what has been mended meanwhile', () => {
    expect(kinds(check(lost, 7 * minute))).toEqual([]);
    const other: Organization = { ...lost, channelId: 'C2' };
    expect(kinds(ownersToBeTold(other, idOf(lost, 'tell-owners'), ['UADA'], at(minute)))).toEqual(['check-channel']);
  });
});

describe('the channel, looked at again', () => {
  it('is looked at every minute while it cannot be written to', () => {
    const still = check(lost, 2 * minute, 'not-member');
    expect(lostChannel(still)).toMatchObject({ why: 'not-member', since: at(minute) });
    expect(still.owed.find(({ kind }) => kind === 'check-channel')?.dueAt).toEqual(at(3 * minute));
  });

  it('is back once it can be written to and nothing was refused for a while', () => {
    const usable = check(lost, 2 * minute);
    expect(lostChannel(usable)).toMatchObject({ why: 'archived' });
    expect(lostChannel(check(refused(usable, 3 * minute), 8 * minute))).toMatchObject({ since: at(minute) });
    const back = check(usable, 7 * minute);
    expect(back.channelLost).toBeUndefined();
    expect(back.owed).toEqual([]);
    expect(back.history.at(-1)).toMatchObject({ action: 'channel-back' });
  });

  it('is looked at no more where another is in use, and what was found of another says nothing', () => {
    const gone = check({ ...lost, channelId: 'C2' }, 2 * minute);
    expect(gone.channelLost).toBeUndefined();
    expect(kinds(gone)).toEqual(['tell-owners']);
    expect(lostChannel(check(lost, 2 * minute, undefined, 'C0'))).toBeDefined();
  });
});

it('a grant is shown anew in the channel in use', () => {
  const shown = { ...active(), message: { channel: 'C1', ts: '1.1', renderedVersion: 3 } };
  const moved = movedToChannel(withoutKinds(shown, 'render'), 'C2', at(hour));
  expect(moved).toMatchObject({ channelId: 'C2', message: undefined });
  expect(moved.owed.find(({ kind }) => kind === 'render')?.dueAt).toEqual(at(hour));
});

describe('what asks somebody to act', () => {
  const deciders = ['UBEN', 'UCLEO', 'UDAN', 'UEVE'];
  const directly = (grant: Grant): [string, string][] =>
    grant.owed.flatMap((effect): [string, string][] =>
      effect.kind === 'direct' ? [[effect.to, effect.note.type]] : [],
    );

  it('is told directly: a reminder to whoever asked, everything else to three who decide', () => {
    const notes: readonly GrantNote[] = [
      { type: 'reminder', until: at(4 * hour) },
      { type: 'change-proposed', number: 1 },
      { type: 'closing-trouble', until: at(4 * hour) },
      { type: 'opened' },
    ];
    const owing = notes.reduce((doc, note) => withNote(doc, note, at(hour)), withoutKinds(active(), 'note'));
    const told = toldDirectly(owing, { deciders, unseen: false }, at(hour));
    expect(directly(told)).toEqual([
      ['UADA', 'reminder'],
      ...deciders.slice(0, 3).map((who) => [who, 'change-proposed']),
      ...deciders.slice(0, 3).map((who) => [who, 'closing-trouble']),
    ]);
    expect(told.owed.flatMap((effect) => (effect.kind === 'note' ? [effect.note.type] : []))).toEqual(['opened']);
    expect(directly(toldDirectly(told, { deciders, unseen: false }, at(hour)))).toEqual(directly(told));
  });

  it('is a request that nobody in the channel could see', () => {
    const told = toldDirectly(requested(), { deciders: ['UBEN'], unseen: true }, at(0));
    expect(directly(told)).toEqual([['UBEN', 'waiting']]);
  });
});
