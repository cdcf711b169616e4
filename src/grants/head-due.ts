import type { Organization } from './organization.ts';
import { owe, oweOnce, withoutKinds } from './owed.ts';
import type { OrganizationPolicy } from './policy.ts';
import { morningAfter } from './weeks.ts';

/**
 * Owes the publication of the ledger's head each morning, and the time of the next. Of several mornings that went by while
 * nobody was running one is made up for. The same object when nothing has changed.
 */
export function headElapsed(
  organization: Organization,
  { timeZone }: Pick<OrganizationPolicy, 'timeZone'>,
  now: Date,
): Organization {
  const timed = headTimed(organization, timeZone, now);
  const due = timed.owed.some((effect) => effect.kind === 'head-due' && effect.dueAt <= now);
  if (!due) return timed;
  // One that has not got through yet is enough.
  const owing = oweOnce(withoutKinds(timed, 'head-due'), { kind: 'head', dueAt: now });
  return headTimed(owing, timeZone, now);
}

/** The time moves with the zone. */
function headTimed(organization: Organization, timeZone: string, now: Date): Organization {
  const owed = organization.owed.find((effect) => effect.kind === 'head-due');
  if (owed?.kind === 'head-due' && owed.timeZone === timeZone) return organization;
  const dueAt = morningAfter(now, timeZone);
  return owe(withoutKinds(organization, 'head-due'), { kind: 'head-due', dueAt, timeZone });
}
