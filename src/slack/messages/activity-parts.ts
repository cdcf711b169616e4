import {
  type Activity,
  countOf,
  isActivityKnown,
  type OpenWindow,
  openWindow,
  type StaffEvent,
} from '../../grants/activity.ts';
import type { Grant } from '../../grants/grant.ts';
import type { GrantNote } from '../../grants/grant-effects.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph, smallPrint } from './blocks.ts';
import { accessFact, approvedByFact, askedForFact, fact } from './grant-parts.ts';
import { at, bold, join, say, shortened, type Words } from './words.ts';

type Vendor = Pick<ProviderCapabilities, 'vendor'>;

const mostShown = 10;

/** Of what was or may have been open: how it came to that, and what the vendor's staff did meanwhile. */
export function receiptPieces(
  grant: Grant,
  capabilities: ProviderCapabilities,
  { direct }: { readonly direct: boolean },
): Piece[] {
  const window = openWindow(grant);
  if (window === undefined) return [];
  const { wanted, terms, openedAt, found } = grant;
  return [
    paragraph(
      askedForFact(grant, capabilities),
      // Terms that were changed after somebody asked.
      wanted === undefined || wanted.type === terms.type ? undefined : accessFact(grant, capabilities),
      approvedByFact(grant),
      openedAt === undefined || found !== undefined ? undefined : fact('Seen open', at(openedAt)),
    ),
    ...(capabilities.recordsStaff
      ? [paragraph(...recorded(grant, window, capabilities)), smallPrint(whenRead(grant, capabilities, direct))]
      : []),
  ];
}

/** What came to light after the end had been told. */
export function lateActivityPieces(
  grant: Grant,
  { count, fresh, at: readAt }: Extract<GrantNote, { type: 'late-activity' }>,
  whom: Words | undefined,
  { vendor }: Vendor,
): Piece[] {
  return [
    paragraph(
      bold(say`${vendor} shows more now of what its staff did while ${grant.target.name} was open`),
      ...(fresh.length === 0
        ? [say`${count === 1 ? '1 more action is' : `${count} more actions are`} recorded, counted and not kept.`]
        : lines({ events: fresh, more: count - fresh.length })),
      say`Read ${at(readAt)}. The note about the end is brought up to date.`,
      whom,
    ),
  ];
}

function recorded(grant: Grant, window: OpenWindow, { vendor }: Vendor): Words[] {
  const { activity, found, owed } = grant;
  const early = found === undefined ? say`` : say`, an hour before it was found,`;
  const until = (to: Date): Words => say`from ${at(window.from)}${early} to ${at(to)}`;
  const done = (what: Words): Words => fact(`Done by staff of ${vendor}`, what);
  const yet = owed.some(({ kind }) => kind === 'activity') ? ' yet' : '';
  const unknown = say`not known${yet}, ${until(window.to)}.`;
  if (activity?.readAt === undefined) return [done(unknown)];
  if (isActivityKnown(grant)) return [done(counted(activity, until(window.to))), ...lines(activity)];
  // It was open once more after what was read.
  return [done(unknown), say`Known so far: ${counted(activity, until(activity.to))}`, ...lines(activity)];
}

function counted(activity: Activity, span: Words): Words {
  const count = countOf(activity);
  if (count === 0) return say`nothing is recorded ${span}.`;
  return say`${count === 1 ? '1 action is' : `${count} actions are`} recorded ${span}:`;
}

function lines({ events, more }: Pick<Activity, 'events' | 'more'>): Words[] {
  const shown = events.slice(0, mostShown).map((event) => say`• ${at(event.at)}: ${deed(event)}`);
  const kept = events.length - shown.length;
  return [
    ...shown,
    ...(kept > 0 ? [say`• and ${kept} more, in the ledger`] : []),
    ...(more > 0 ? [say`• and ${more} more, counted and not kept`] : []),
  ];
}

function deed({ type, words, by, on }: StaffEvent): Words {
  const what = words === undefined ? say`${by ?? 'somebody'}, ${type}` : say`${by ?? 'somebody'} ${words}`;
  return on === 'target' ? what : say`${what} (in the organization)`;
}

/** When it was read, and when it is read again: the vendor's records arrive late. */
function whenRead({ activity, owed }: Grant, { vendor }: Vendor, direct: boolean): Words {
  const next = owed.find(({ kind }) => kind === 'activity')?.dueAt;
  const read = activity?.readAt === undefined ? undefined : say`Read ${at(activity.readAt)}.`;
  if (activity?.notRead !== undefined) {
    const then = next === undefined ? say`It is not tried again: look in ${vendor} itself.` : say`It is tried again.`;
    return join(' ', [
      read,
      say`It could not be read${read === undefined ? '' : ' again'}: ${shortened(activity.notRead)}`,
      then,
    ]);
  }
  if (next === undefined) return join(' ', [read, say`It is not read again.`]);
  const follows = direct ? say`you are told if more is recorded` : say`this message shows what is new`;
  return join(' ', [read, say`Records can arrive late: they are read again ${at(next)}, and ${follows}.`]);
}
