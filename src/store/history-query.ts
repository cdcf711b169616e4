import type { Document } from 'mongodb';
import type { HistoryFilter, HistoryPage } from '../grants/history.ts';

type Key = Readonly<Record<string, 1 | -1>>;

/** Everybody who asked, decided or ended a record stands in its own history. */
const peopleField = 'history.actor.slackId';
const newestFirst = { requestedAt: -1, _id: -1 } as const;

/** Every filter has an index that ends in the order of the history, so that a page reads little more than it shows. */
export const historyIndexes: readonly { readonly name: string; readonly key: Key }[] = [
  { name: 'history', key: { organizationId: 1, ...newestFirst } },
  ...['target.id', 'target.name', 'state', peopleField].map((field) => {
    const key: Key = { organizationId: 1, [field]: 1, ...newestFirst };
    return { name: `history ${field}`, key };
  }),
];

export const historySort = ({ direction }: HistoryPage): Record<string, 1 | -1> =>
  direction === 'older' ? newestFirst : { requestedAt: 1, _id: 1 };

export function historyQuery(organizationId: string, filter: HistoryFilter, page: HistoryPage): Document {
  const { targetIds, people } = filter;
  const alternatives = [byOutcome(filter), beyond(page)].filter((clause) => clause !== undefined);
  return {
    organizationId,
    ...within(filter, page),
    ...(targetIds.length === 0 ? {} : { 'target.id': { $in: targetIds } }),
    ...(people.length === 0 ? {} : { [peopleField]: { $in: people } }),
    ...(alternatives.length === 0 ? {} : { $and: alternatives }),
  };
}

function byOutcome({ outcomes }: HistoryFilter): Document | undefined {
  if (outcomes.length === 0) return undefined;
  const inState = { state: { $in: outcomes.filter((outcome) => outcome !== 'live') } };
  // Whatever is open or may be holds a slot, a late landing on an ended record included.
  return outcomes.includes('live') ? { $or: [inState, { slot: { $exists: true } }] } : inState;
}

function within({ since, before }: HistoryFilter, { direction, from }: HistoryPage): Document {
  const bounds = {
    ...(from === undefined ? {} : { [direction === 'older' ? '$lte' : '$gte']: from.requestedAt }),
    // Towards newer records the cursor is the later of the two: it was found under the same filter.
    ...(since === undefined || (from !== undefined && direction === 'newer') ? {} : { $gte: since }),
    // Towards older ones it is the earlier of the two.
    ...(before === undefined || (from !== undefined && direction === 'older') ? {} : { $lt: before }),
  };
  return Object.keys(bounds).length === 0 ? {} : { requestedAt: bounds };
}

/** Not the cursor itself, nor what was shown before it of those asked in the same millisecond. */
function beyond({ direction, from }: HistoryPage): Document | undefined {
  if (from === undefined) return undefined;
  const past = direction === 'older' ? '$lt' : '$gt';
  return { $or: [{ requestedAt: { [past]: from.requestedAt } }, { _id: { [past]: from.id } }] };
}
