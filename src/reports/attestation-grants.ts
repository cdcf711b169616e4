import type { Attestation, AttestedGrant, Deed } from './attestation.ts';
import { instantIn, openMs } from './attestation.ts';
import { accessLabel, type Column, counted, duration, lines, time, type Vendor, who } from './attestation-words.ts';

/** The grants in figures, as one sentence after another. */
export function inShort(
  { grants, exceptions }: Pick<Attestation, 'grants' | 'exceptions'>,
  { vendor }: Vendor,
): string {
  const opened = grants.filter(({ facts }) => facts.openedAt !== undefined);
  const open = opened.reduce((sum, grant) => sum + (openMs(grant) ?? 0), 0);
  const notOver = opened.filter((grant) => openMs(grant) === undefined).length;
  const acted = grants.filter(({ facts }) => Number(facts.activityCount ?? 0) > 0).length;
  const found = counted(exceptions.length, 'exception');
  if (grants.length === 0) return `No grant, ${found}.`;
  return [
    `${counted(grants.length, 'grant')}, ${opened.length} of them seen open`,
    open === 0 ? '' : `, for ${duration(open)} together`,
    notOver === 0 ? '' : `; ${notOver} not seen closed by the last entry`,
    `. For ${acted} of them ${vendor} recorded actions of its own staff. ${found}.`,
  ].join('');
}

export const grantColumns: readonly Column[] = [
  ['Cluster, access, reason', 32],
  ['Asked and decided', 28],
  ['Open', 26],
  ['Entries', 14],
];

export function grantCells(grant: AttestedGrant, vendor: Vendor): string[] {
  const { id, facts, entries, target } = grant;
  const first = entries[0] ?? 0;
  const last = entries.at(-1) ?? first;
  return [
    lines(
      target ?? 'unknown',
      accessLabel(facts.type, vendor),
      String(facts.reason ?? ''),
      String(facts.caseUrl ?? ''),
    ),
    lines(asked(grant, vendor), ...decided(grant, vendor)),
    lines(...opened(grant, vendor), recorded(grant, vendor)),
    lines(first === last ? String(first) : `${first} to ${last}`, id),
  ];
}

function asked({ asked }: AttestedGrant, vendor: Vendor): string {
  if (asked === undefined) return 'Asked for before the ledger began';
  const { action, by, at, after } = asked;
  return action === 'found'
    ? `Found ${time(at)}; made by ${who(by, vendor)}`
    : `Asked by ${who(by, vendor)}, ${time(at)}, for ${duration(Number(after?.durationMinutes ?? 0) * 60_000)}`;
}

function decided({ approvals, ending }: AttestedGrant, vendor: Vendor): string[] {
  const approved = approvals.map(({ by, at }) => `Approved by ${who(by, vendor)}, ${time(at)}`);
  const against = ending === undefined ? '' : decidedAgainst(ending, vendor);
  return [...approved, against];
}

function decidedAgainst({ action, by, at, detail }: Deed, vendor: Vendor): string {
  switch (action) {
    case 'deny':
      return `Denied by ${who(by, vendor)}, ${time(at)}${detail === undefined ? '' : `: ${detail}`}`;
    case 'cancel':
      return `Cancelled by ${who(by, vendor)}, ${time(at)}`;
    case 'lapse':
      return `Not decided: lapsed ${time(at)}`;
    default:
      return '';
  }
}

function opened(grant: AttestedGrant, vendor: Vendor): string[] {
  const { facts, ending } = grant;
  const openedAt = instantIn(facts, 'openedAt');
  const endedAt = instantIn(facts, 'endedAt');
  const maybe = instantIn(facts, 'mayBeOpenUntil');
  if (openedAt === undefined) {
    if (endedAt !== undefined || maybe === undefined) return ['Not seen open'];
    return [`Not seen open, but may be open until ${time(maybe)}`];
  }
  const ms = openMs(grant);
  if (endedAt === undefined || ms === undefined) {
    return [`Seen open ${time(openedAt)}`, 'Not seen closed by the last entry'];
  }
  return [
    `Seen open ${time(openedAt)}`,
    `Seen closed ${time(endedAt)}`,
    `Open for ${duration(ms)}`,
    ending === undefined ? '' : howEnded(ending, vendor),
  ];
}

function howEnded({ action, by }: Deed, vendor: Vendor): string {
  switch (action) {
    case 'end':
      return 'Ended by itself';
    case 'revoke':
      return `Revoked by ${who(by, vendor)}`;
    case 'ended-outside':
      return `Ended by ${who(by, vendor)}`;
    default:
      return '';
  }
}

function recorded({ facts }: AttestedGrant, { vendor }: Vendor): string {
  const readAt = instantIn(facts, 'activityReadAt');
  const count = Number(facts.activityCount ?? 0);
  if (readAt !== undefined) {
    return `Done by staff of ${vendor}: ${count === 0 ? 'nothing recorded' : counted(count, 'action')}, read ${time(readAt)}`;
  }
  const mayHaveBeenOpen = facts.openedAt !== undefined || facts.activityFrom !== undefined;
  if (!mayHaveBeenOpen || facts.endedAt === undefined) return '';
  return `Done by staff of ${vendor}: not known, it could not be read so far`;
}

export const activityColumns: readonly Column[] = [
  ['When', 15],
  ['Where', 22],
  ['What, by the name it has there', 35],
  ['Who', 14],
  ['Grant', 14],
];

/** Everything that the ledger holds of what the vendor's staff did while these grants were open. */
export function activityRows(grants: readonly AttestedGrant[]): string[][] {
  return grants.flatMap(({ facts, target = '', id }) => {
    const found = Array.isArray(facts.activity) ? facts.activity : [];
    const more = Number(facts.activityCount ?? 0) - found.length;
    const rows = found.map((line) => activityCells(line, target, id));
    return more > 0
      ? [...rows, ['', target, `and ${more} more, which Portcullis has counted and not kept`, '', id]]
      : rows;
  });
}

/** An entry of the ledger has a line for each: when, what, on what, the vendor's id of it, and by whom if it says so. */
function activityCells(line: string, target: string, grantId: string): string[] {
  const [at = '', type = '', on = '', , ...by] = line.split(' ');
  const where = on === 'target' ? target : 'the organization';
  return [at.slice(0, 16).replace('T', ' '), where, type, by.join(' '), grantId];
}
