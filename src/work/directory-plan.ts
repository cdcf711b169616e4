import { accountsSeen, type SeenAccount } from '../grants/links.ts';
import { oweOnce, replaceEffect, touched } from '../grants/owed.ts';
import type { Policy } from '../grants/policy.ts';
import type { Logger } from '../log.ts';
import { type DirectoryPerson, type Provider, ProviderError } from '../providers/provider.ts';
import type { Directory } from '../store/directories.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import { mayDecide } from './deciders.ts';
import { type People, PeopleError } from './people.ts';
import { type Random, retryDelayMs } from './retry.ts';
import type { Attempt, WorkPlan } from './worker.ts';

export interface DirectoryPlanDependencies {
  readonly provider: Provider;
  readonly organizations: OrganizationStore;
  readonly people: People;
  readonly basePolicy: Pick<Policy, 'deciders' | 'owners'>;
  readonly log: Logger;
  readonly random: Random;
  readonly now: () => Date;
  /** Has the organization's work looked at now. */
  readonly kick: (organizationId: string) => void;
}

const refreshEveryMs = 10 * 60_000;
const backoff = { baseMs: 5_000, maxMs: 5 * 60_000 };

/**
 * Keeps the one snapshot of people and targets. The document's lease makes the refresh single-flight across processes; it
 * is long, because a large directory takes many rate-limited calls.
 */
export function createDirectoryPlan(dependencies: DirectoryPlanDependencies): WorkPlan<Directory> {
  const { provider, log, random } = dependencies;
  const failed = (directory: Directory, effectId: string, attempts: number, now: Date, retryAfterMs?: number) => {
    const dueAt = new Date(now.getTime() + retryDelayMs(attempts + 1, backoff, random, retryAfterMs));
    return replaceEffect(directory, effectId, { dueAt, attempts: attempts + 1 });
  };
  return {
    name: 'directories',
    leaseMs: 5 * 60_000,
    lanes: ['provider'],
    elapse: (directory) => directory,
    next: (_directory, _lane, due) => due[0],
    async run(effect, directory, attempt) {
      try {
        const reading = provider.capabilities.hasDirectory ? provider.directory() : [];
        const [targets, people] = await Promise.all([provider.listTargets(), reading]);
        await linkDeciders(dependencies, directory._id, people);
        await noteDeactivated(dependencies, directory, people, attempt);
        return (doc, now) => {
          const dueAt = new Date(now.getTime() + refreshEveryMs);
          return { ...replaceEffect(doc, effect.id, { dueAt, attempts: 0 }), targets, people, refreshedAt: now };
        };
      } catch (error) {
        if (!(error instanceof ProviderError) && !(error instanceof PeopleError)) throw error;
        log.warn(
          { err: error, organizationId: directory._id },
          'The directory could not be read; it will be tried again',
        );
        const retryAfterMs = error instanceof ProviderError ? error.retryAfterMs : undefined;
        return (doc, now) => failed(doc, effect.id, effect.attempts, now, retryAfterMs);
      }
    },
    failed: (directory, effect, now) => failed(directory, effect.id, effect.attempts, now),
  };
}

/** Links each decider to one Slack account when first seen, so that a later change of e-mail address stands out. */
async function linkDeciders(
  { organizations, people, basePolicy, provider, now, kick }: DirectoryPlanDependencies,
  organizationId: string,
  directory: readonly DirectoryPerson[],
): Promise<void> {
  const { links } = await organizations.get(organizationId);
  const seen: SeenAccount[] = [];
  for (const person of directory) {
    // Whoever else has the address of a linked account is met when they come to decide something.
    if (links.some((link) => link.accountId === person.id)) continue;
    if (!mayDecide(person, undefined, basePolicy, provider.capabilities.deciderRoles)) continue;
    const slackId = await people.findByEmail(person.email);
    if (slackId !== undefined) seen.push({ accountId: person.id, email: person.email, slackId });
  }
  if (seen.length === 0) return;
  await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: accountsSeen(doc, seen, now()),
  }));
  kick(organizationId);
}

/**
 * Requests that call somebody whose Slack account is deactivated call others instead, and where people are named without a
 * directory, somebody who is no member of the workspace. Where Slack cannot say, nothing changes.
 */
async function noteDeactivated(
  { organizations, people, basePolicy, provider, log, now, kick }: DirectoryPlanDependencies,
  { _id, deactivated: before = [] }: Directory,
  directory: readonly DirectoryPerson[],
  attempt: Attempt<Directory>,
): Promise<void> {
  const { links } = await organizations.get(_id);
  const { hasDirectory, deciderRoles } = provider.capabilities;
  const deciding = hasDirectory
    ? directory
        .filter((person) => mayDecide(person, undefined, basePolicy, deciderRoles))
        .map(({ id }) => links.find((link) => link.accountId === id)?.slackId)
        .filter((slackId) => slackId !== undefined)
    : basePolicy.owners;
  const deactivated: string[] = [];
  for (const slackId of deciding) {
    try {
      const { membership } = await people.read(slackId);
      if (membership === 'deactivated' || (!hasDirectory && membership !== 'member')) deactivated.push(slackId);
    } catch (error) {
      if (!(error instanceof PeopleError)) throw error;
      log.info({ err: error, slackId }, 'Whether a decider is still in Slack could not be found out');
      if (before.includes(slackId)) deactivated.push(slackId);
    }
  }
  if (deactivated.join() === before.join()) return;
  if ((await attempt.write((doc) => ({ ...doc, deactivated }))) === undefined) return;
  await organizations.update<never>(_id, (doc) => ({
    ok: true,
    doc: touched(oweOnce(doc, { kind: 'refresh-requests', dueAt: now() })),
  }));
  kick(_id);
}
