import type { Organization, OrganizationEffect } from './organization.ts';
import { owe, withoutEffect } from './owed.ts';

/** A grant that ended by itself, and when the provider was seen without it. */
export interface OwnEnd {
  readonly grantId: string;
  readonly targetName: string;
  readonly at: Date;
}

type OwnEnds = Extract<OrganizationEffect, { kind: 'own-ends' }>;

/** Longer than a process that died keeps a record from going on: an end that is noted twice is still in the list. */
const gatherForMs = 60_000;

/** Gathers the ends of a minute, of which the channel is told together. The same object where it is noted already. */
export function ownEndNoted(organization: Organization, end: OwnEnd, now: Date): Organization {
  const owed = organization.owed.filter((effect): effect is OwnEnds => effect.kind === 'own-ends');
  if (owed.some(({ ends }) => ends.some(({ grantId }) => grantId === end.grantId))) return organization;
  // A message that is being posted, or may have been, tells of no more than it did.
  const gathered = owed.find(({ attempts, dueAt }) => attempts === 0 && dueAt > now);
  if (gathered === undefined) {
    return owe(organization, { kind: 'own-ends', dueAt: new Date(now.getTime() + gatherForMs), ends: [end] });
  }
  const more: OwnEnds = { ...gathered, ends: [...gathered.ends, end] };
  return { ...organization, owed: organization.owed.map((effect) => (effect.id === gathered.id ? more : effect)) };
}

/** The channel was told of these; what has been noted since goes on as an effect of its own. */
export function ownEndsTold(organization: Organization, { id, ends }: OwnEnds, now: Date): Organization {
  const current = organization.owed.find((effect): effect is OwnEnds => effect.id === id && effect.kind === 'own-ends');
  const told = new Set(ends.map(({ grantId }) => grantId));
  const rest = current?.ends.filter(({ grantId }) => !told.has(grantId)) ?? [];
  const done = withoutEffect(organization, id);
  return rest.length === 0
    ? done
    : owe(done, { kind: 'own-ends', dueAt: new Date(now.getTime() + gatherForMs), ends: rest });
}
