import type { Organization } from './organization.ts';
import { oweOnce, withoutKinds } from './owed.ts';

/** Owes home tabs what has changed since they were last told; the same object when nothing has. */
export function homesOwed(organization: Organization, now: Date): Organization {
  if ((organization.homesVersion ?? 0) === organization.version) return organization;
  return oweOnce(organization, { kind: 'refresh-homes', dueAt: now });
}

/** Home tabs have been told of this version. */
export const homesTold = (organization: Organization, version: number): Organization =>
  withoutKinds({ ...organization, homesVersion: version }, 'refresh-homes');
