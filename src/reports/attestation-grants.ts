import { capital } from '../grants/target-noun.ts';
import type { Attestation, AttestedGrant, Deed } from './attestation.ts';
import { activityKnown, endOf, instantIn, openMs, openness } from './attestation.ts';
import { accessLabel, type Column, counted, duration, lines, time, type Vendor, who } from './attestation-words.ts';

/** The grants in figures, as one sentence after another. */
export function inShort(
  { grants, exceptions }: Pick<Attestation, 'grants' | 'exceptions'>,
  { vendor }: Vendor,
): string {
  const seen = grants.filter((grant) => openness(grant) === 'seen');
  const open = seen.reduce((sum, grant) => sum + (openMs(grant) ?? 0), 0);
  const ended = seen.filter(({ facts }) => facts.endedAt !== undefined);
  const notOver = seen.length - ended.length;
  const unmeasured = ended.filter((grant) => openMs(grant) === undefined).length;
  const vouched = grants.filter(({ endingRecorded }) => endingRecorded !== undefined);
  const maybe = grants.filter((grant) => ['maybe', 'unknown'].includes(openness(grant))).length;
  const acted = grants.filter(({ facts }) => Number(facts.activityCount ?? 0) > 0).length;
  const unread = grants.filter((grant) => openness(grant) !== 'no' && activityKnown(grant) !== 'all').length;
  const found = counted(exceptions.length, 'exception');
  if (grants.length === 0) return `No grant, ${found}.`;
  return [
    `${counted(grants.length, 'grant')}, ${seen.length} of them seen open`,
    open === 0 ? '' : `, for ${vouched.length === 0 ? '' : 'at most '}${duration(open)} together`,
    notOver === 0 ? '' : `; ${notOver} not seen closed by the last entry`,
    unmeasured === 0 ? '' : `; of ${unmeasured} how long is not in the ledger`,
    vouched.length === 0 ? '' : `; the end of ${vouched.length} was recorded by an operator, not seen`,
    maybe === 0 ? '' : `; ${maybe} more may have been open`,
    `. For ${acted} of them ${vendor} recorded actions of its own staff`,
    unread === 0 ? '' : `, for ${unread} of them this is not known`,
    `. ${found}.`,
  ].join('');
}

export const grantColumns = ({ targetNoun }: Vendor): readonly Column[] => [
  [`${capital(targetNoun.one)}, access, reason`, 32],
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
  const { facts, asked, closedAgain } = grant;
  const openedAt = instantIn(facts, 'openedAt');
  const notSeen = asked === undefined ? 'Not seen open since the ledger began' : 'Not seen open';
  switch (openness(grant)) {
    case 'seen':
      return [
        openedAt === undefined ? 'Seen open; since when is not in the ledger' : `Seen open ${time(openedAt)}`,
        ...closed(grant, vendor),
        closedAgain === undefined ? '' : `Open again by an earlier call, seen closed again ${time(closedAgain.at)}`,
      ];
    case 'maybe':
      return maybeOpen(grant, notSeen);
    case 'unknown':
      return ['Whether it was open is not in the ledger'];
    case 'no':
      return [notSeen];
  }
}

function closed(grant: AttestedGrant, vendor: Vendor): string[] {
  const { facts, endingRecorded } = grant;
  const endedAt = instantIn(facts, 'endedAt');
  const ms = openMs(grant);
  if (endedAt === undefined) return ['Not seen closed by the last entry'];
  const atMost = endingRecorded === undefined ? '' : 'at most ';
  return [
    endingRecorded === undefined ? `Seen closed ${time(endedAt)}` : vouchedFor(endedAt),
    ms === undefined ? '' : `Open for ${atMost}${duration(ms)}`,
    howEnded(grant, vendor),
  ];
}

function maybeOpen(grant: AttestedGrant, notSeen: string): string[] {
  const endedAt = endOf(grant);
  if (endedAt === undefined) return [`${notSeen}; may be open, not seen closed by the last entry`];
  return [
    `${notSeen}, but may have been open until ${time(endedAt)}`,
    grant.endingRecorded === undefined ? '' : vouchedFor(endedAt),
  ];
}

const vouchedFor = (endedAt: Date): string => `Not seen closed: ended by ${time(endedAt)}, as an operator recorded`;

function howEnded({ ending, endingRecorded }: AttestedGrant, vendor: Vendor): string {
  switch (ending?.action) {
    case 'end':
      return endingRecorded === undefined ? 'Ended by itself' : '';
    case 'revoke':
      return `Revoked by ${who(ending.by, vendor)}`;
    case 'ended-outside':
      return `Ended by ${who(ending.by, vendor)}`;
    default:
      return '';
  }
}

function recorded(grant: AttestedGrant, { vendor }: Vendor): string {
  const { facts, activityNotRead } = grant;
  const readAt = instantIn(facts, 'activityReadAt');
  const count = Number(facts.activityCount ?? 0);
  if (readAt !== undefined) {
    const found = count === 0 ? 'nothing recorded' : counted(count, 'action');
    const rest = activityKnown(grant) === 'all' ? '' : '; not known for when it was open again';
    return `Done by staff of ${vendor}: ${found}, read ${time(readAt)}${rest}`;
  }
  if (openness(grant) === 'no' || endOf(grant) === undefined) return '';
  const why = activityNotRead ? 'it could not be read so far' : 'no reading is in the ledger';
  return `Done by staff of ${vendor}: not known, ${why}`;
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
