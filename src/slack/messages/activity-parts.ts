import { type Activity, countOf, type OpenWindow, openWindow, type StaffEvent } from '../../grants/activity.ts';
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
    paragraph(...recorded(grant, window, capabilities)),
    smallPrint(whenRead(grant, capabilities, direct)),
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
      ...lines({ events: fresh, more: count - fresh.length }),
      say`Read ${at(readAt)}. The note about the end shows everything.`,
      whom,
    ),
  ];
}

function recorded({ activity, found }: Grant, window: OpenWindow, { vendor }: Vendor): Words[] {
  const early = found === undefined ? say`` : say`, an hour before it was found,`;
  const span = say`from ${at(window.from)}${early} to ${at(window.to)}`;
  const done = (what: Words): Words => fact(`Done by staff of ${vendor}`, what);
  if (activity?.readAt === undefined) return [done(say`not known yet, ${span}.`)];
  const count = countOf(activity);
  if (count === 0) return [done(say`nothing is recorded ${span}.`)];
  return [done(say`${count === 1 ? '1 action is' : `${count} actions are`} recorded ${span}:`), ...lines(activity)];
}

function lines({ events, more }: Pick<Activity, 'events' | 'more'>): Words[] {
  const rest = events.length + more - mostShown;
  const shown = events.slice(0, mostShown).map((event) => say`• ${at(event.at)}: ${deed(event)}`);
  return rest > 0 ? [...shown, say`• and ${rest} more, in the ledger`] : shown;
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
