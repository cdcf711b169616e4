import type { RolesBasis } from './grant.ts';
import {
  type BlockWish,
  type Guard,
  type Organization,
  type OrganizationNote,
  recordedInOrganization,
  type TimeOver,
} from './organization.ts';
import { owe, oweOnce, withoutKinds } from './owed.ts';

const minute = 60_000;
const hour = 60 * minute;

/** How long an unblock may be for; without an end only where somebody chooses that deliberately. */
export const unblockDuration = {
  minDurationMs: 30 * minute,
  maxDurationMs: 7 * 24 * hour,
  defaultDurationMs: 24 * hour,
};

/** What is announced here and then done by hand is done within this time, or was somebody else's doing. */
const announcedForMs = hour;
const firstPauseMs = 15 * minute;
const longestPauseMs = 4 * hour;
const mostGuards = 10;

const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** The unblock that is wanted or holds, while it does. */
function standingUnblock({ wanted, decided }: Organization): BlockWish | undefined {
  const wish = wanted ?? decided;
  return wish?.blocked === false ? wish : undefined;
}

/** Owes the block at the end of the unblock that stands now, and nothing where none does, or none that ends. */
export function reblockTimed(organization: Organization): Organization {
  const { until, by } = standingUnblock(organization) ?? {};
  const owed = organization.owed.find((effect) => effect.kind === 'reblock');
  if (owed?.kind === 'reblock' && until !== undefined && owed.timeOver.until.getTime() === until.getTime()) {
    return organization;
  }
  const rest = owed === undefined ? organization : withoutKinds(organization, 'reblock');
  return until === undefined || by === undefined
    ? rest
    : owe(rest, { kind: 'reblock', dueAt: until, timeOver: { by, until, tried: 0 } });
}

export const reblockWish = (timeOver: TimeOver, now: Date): BlockWish => ({
  blocked: true,
  by: { kind: 'portcullis' },
  at: now,
  reason: '',
  timeOver: { ...timeOver, tried: timeOver.tried + 1 },
});

/** Blocking again was refused for good: it is tried again, and people are asked to, with growing pauses. */
export function reblockRefused(organization: Organization, timeOver: TimeOver, now: Date): Organization {
  const pauseMs = Math.min(firstPauseMs * 2 ** (timeOver.tried - 1), longestPauseMs);
  return owe(withoutKinds(organization, 'reblock'), { kind: 'reblock', dueAt: later(now, pauseMs), timeOver });
}

/** Where Portcullis may not switch the block: who is about to unblock by hand, why, and until when. */
export function announceUnblock(
  organization: Organization,
  wish: BlockWish,
  { operationId, basis }: { readonly operationId: string; readonly basis: RolesBasis },
): Organization {
  const { at, by, reason } = wish;
  const entry = { at, action: 'announce-unblock', actor: by, operationId, basis, detail: reason };
  return recordedInOrganization({ ...organization, announced: wish }, entry);
}

/** What was announced, while it explains an unblock that is seen. */
export function announcedUnblock({ announced }: Organization, now: Date): BlockWish | undefined {
  return announced !== undefined && now < later(announced.at, announcedForMs) ? announced : undefined;
}

/** Whether a note tells that the organization is open: then it offers to block, until that has happened. */
export function isGuardNote(note: OrganizationNote): boolean {
  switch (note.type) {
    case 'unblocked':
    case 'block-overdue':
      return true;
    case 'block-changed-outside':
    case 'block-restored':
      return !note.blocked;
    case 'blocked':
    case 'block-not-done':
    case 'settings-changed':
    case 'secret-expires':
    case 'channel-lost':
    case 'links-new':
    case 'link-change':
      return false;
  }
}

/** The notes that told of an unblock show what has happened since. */
export function guardsRendered(organization: Organization, now: Date): Organization {
  const { guards = [] } = organization;
  return guards.length === 0 ? organization : oweOnce(organization, { kind: 'render-guards', dueAt: now });
}

/** Such a note was posted: those before it show that it is not the newest any more. */
export function guardPosted(organization: Organization, guard: Guard, now: Date): Organization {
  const before = organization.guards ?? [];
  const posted = { ...organization, guards: [...before, guard].slice(-mostGuards) };
  const outdated = before.length > 0 || organization.confirmed?.blocked !== false;
  return outdated ? guardsRendered(posted, now) : posted;
}
