import { createHash } from 'node:crypto';
import type { Grant } from '../grants/grant.ts';
import type { Organization } from '../grants/organization.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import type { GrantStore } from '../store/grants.ts';
import { type Home, type HomeStore, outdated } from '../store/homes.ts';
import type { Deciders } from './deciders.ts';
import { MessengerError } from './messenger.ts';
import { PeopleError } from './people.ts';
import { retryDelayMs } from './retry.ts';
import { type SlackDependencies, slackFailed } from './slack-effects.ts';
import type { Result, WorkPlan } from './worker.ts';

/** A home tab in Slack's form. */
export interface HomeContent {
  readonly blocks: readonly object[];
  /** Something that it shows has not been read yet: it is looked at again before long. */
  readonly unsettled: boolean;
}

export interface HomePlanDependencies extends SlackDependencies {
  /** What somebody's home tab shows now. Throws `PeopleError` when Slack cannot say who they are. */
  readonly contentFor: (slackId: string) => Promise<HomeContent>;
}

const recheckAfterMs = 30_000;
const backoff = { baseMs: 5_000, maxMs: 5 * 60_000 };

/** How home tabs are worked off. */
export function createHomePlan(dependencies: HomePlanDependencies): WorkPlan<Home> {
  const { random } = dependencies;
  const failed: WorkPlan<Home>['failed'] = (home, effect, now) => {
    const attempts = effect.attempts + 1;
    const dueAt = new Date(now.getTime() + retryDelayMs(attempts, backoff, random));
    return replaceEffect(home, effect.id, { dueAt, attempts });
  };
  return {
    name: 'homes',
    leaseMs: 30_000,
    lanes: ['slack'],
    elapse: (home) => home,
    next: (_home, _lane, due) => due[0],
    run: (effect, home) => publish(dependencies, effect, home, failed),
    failed,
  };
}

async function publish(
  dependencies: HomePlanDependencies,
  effect: Home['owed'][number],
  home: Home,
  failed: WorkPlan<Home>['failed'],
): Promise<Result<Home>> {
  const { messenger, contentFor, log } = dependencies;
  try {
    const { blocks, unsettled } = await contentFor(home.slackId);
    const shown = createHash('sha256').update(JSON.stringify(blocks)).digest('hex');
    if (shown !== home.shown) await messenger.publishHome(home.slackId, blocks);
    return (doc, now) => {
      // It was outdated again meanwhile, possibly before this was sent.
      if (doc.version !== home.version) return replaceEffect(doc, effect.id, { dueAt: now, attempts: 0 });
      const done: Home = { ...doc, shown };
      if (!unsettled) return withoutEffect(done, effect.id);
      return replaceEffect(done, effect.id, { dueAt: new Date(now.getTime() + recheckAfterMs), attempts: 0 });
    };
  } catch (error) {
    if (error instanceof PeopleError) {
      log.warn({ err: error, slackId: home.slackId }, 'A home tab could not be made; it will be tried again');
      return (doc, now) => failed(doc, effect, now);
    }
    if (!(error instanceof MessengerError)) throw error;
    // An unanswered attempt may still land, so what stands there is not known any more.
    const unknown = (doc: Home): Home => (error.effect === 'unknown' ? { ...doc, shown: undefined } : doc);
    if (error.code !== 'refused') {
      const retried = slackFailed<Home>(error, effect, home._id, dependencies);
      return (doc, now) => unknown(retried(doc, now));
    }
    log.warn({ err: error, hint: error.hint, slackId: home.slackId }, 'Slack does not take a home tab');
    // It is made again when the person opens it again.
    return (doc) => withoutEffect(doc, effect.id);
  }
}

/** Homes that nobody has opened for this long are left as they are until somebody does. */
const recentMs = 7 * 24 * 60 * 60_000;

const askedBy = (grants: readonly Grant[]): string[] =>
  grants.flatMap(({ requestedBy }) => (requestedBy === undefined ? [] : [requestedBy.slackId]));

/** Brings the home tabs up to date of those whom a change concerns, as far as they have opened theirs lately. */
export class HomeRefresh {
  readonly #homes: HomeStore;
  readonly #grants: GrantStore;
  readonly #deciders: Deciders;
  readonly #now: () => Date;
  readonly #kick: (homeId: string) => void;

  constructor(options: {
    readonly homes: HomeStore;
    readonly grants: GrantStore;
    readonly deciders: Deciders;
    readonly now: () => Date;
    /** Has a home tab's work looked at now. */
    readonly kick: (homeId: string) => void;
  }) {
    this.#homes = options.homes;
    this.#grants = options.grants;
    this.#deciders = options.deciders;
    this.#now = options.now;
    this.#kick = options.kick;
  }

  /** Of a grant: whoever asked for it or had a part in it, and those who decide about it. */
  async grantChanged(organization: Organization, grant: Grant): Promise<void> {
    const { deciders } = await this.#deciders.forTarget(organization, grant.target.projectId);
    // Whoever proposed a change that is over stands in its history.
    const involved = grant.history.flatMap(({ actor }) => (actor.kind === 'person' ? [actor.slackId] : []));
    await this.#refresh([...deciders, ...askedBy([grant]), ...involved]);
  }

  /** Of the organization: all who decide, and those who wait for something, have something open or had it locked down. */
  async organizationChanged(organization: Organization): Promise<void> {
    const [deciders, live, requested, lockedDown] = await Promise.all([
      this.#deciders.anywhere(organization),
      this.#grants.live(organization._id),
      this.#grants.requested(organization._id),
      this.#grants.many(organization.lockdowns?.at(-1)?.grantIds ?? []),
    ]);
    const asking = askedBy([...live, ...requested, ...lockedDown]);
    await this.#refresh([...deciders, ...asking]);
  }

  async #refresh(slackIds: readonly string[]): Promise<void> {
    const now = this.#now();
    const since = new Date(now.getTime() - recentMs);
    const homes = await this.#homes.openedSince([...new Set(slackIds)], since);
    for (const { _id } of homes) {
      await this.#homes.update<never>(_id, (home) => ({ ok: true, doc: outdated(home, now) }));
      this.#kick(_id);
    }
  }
}
