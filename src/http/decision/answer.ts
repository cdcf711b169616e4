import type { CheckedClock } from '../../checked-clock.ts';
import { type AccessType, accessTypeByKeyword } from '../../grants/access-types.ts';
import { type ClosedBecause, decideAccess } from '../../grants/decision.ts';
import type { Grant } from '../../grants/grant.ts';
import { slotFor } from '../../grants/ids.ts';
import { type AccessToken, mayAskAbout } from '../../grants/tokens.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { DirectoryStore } from '../../store/directories.ts';
import type { GrantStore } from '../../store/grants.ts';
import type { Authentication } from './authenticate.ts';
import type { ParsedQuery } from './query.ts';
import { type Recalled, Remembered } from './remembered.ts';
import { type NamedTarget, TargetNames } from './target-names.ts';

/** As much of an organization as a decision needs. */
export interface DecidedOrganization {
  /** The vendor's id. */
  readonly organizationId: string;
  readonly grants: Pick<GrantStore, 'bySlot'>;
  readonly directories: Pick<DirectoryStore, 'find'>;
  readonly provider: { readonly capabilities: Pick<ProviderCapabilities, 'accessTypes'> };
}

type Because =
  | ClosedBecause
  | 'unknown-target'
  /** Several targets go by the name. */
  | 'ambiguous-target'
  /** This machine's clock does not agree with the database's, or nobody knows whether it does. */
  | 'clock-not-certain'
  /** The database cannot be read, and what was read last is too old. */
  | 'database-away';

interface Checked {
  /** As of when this is so. */
  readonly checkedAt: Date;
  /** For how long it may be used; never beyond the end of the grant. */
  readonly maxAgeSeconds: number;
}

export type Answer =
  | ({ readonly kind: 'open'; readonly grantId: string; readonly type: string; readonly expiresAt: Date } & Checked)
  | ({ readonly kind: 'closed'; readonly because: Because } & Checked)
  | { readonly kind: 'not-authenticated' }
  /** Outside what the token may ask about: whether there is such a thing is not told. */
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'wrong-query'; readonly why: string }
  /** Whose token it is cannot be read now. */
  | { readonly kind: 'not-known' };

interface AnswererOptions {
  /** By their keys. */
  readonly organizations: ReadonlyMap<string, DecidedOrganization>;
  readonly clock: CheckedClock;
  readonly maxAgeSeconds: number;
  readonly onRead: (failure?: unknown) => void;
}

/** What targets are called changes seldom, and a directory can be large. */
const namesFreshForMs = 10_000;

/**
 * Answers whether support may enter a target now. Each answer is read from the database; while that is away, what was read
 * last counts for the time that an answer may be used, and after it everything is closed.
 */
export class Answerer {
  readonly #options: AnswererOptions;
  readonly #keys: ReadonlyMap<string, string>;
  readonly #holders: Remembered<Grant>;
  readonly #names: Remembered<TargetNames>;

  constructor(options: AnswererOptions) {
    this.#options = options;
    this.#keys = new Map([...options.organizations].map(([key, { organizationId }]) => [organizationId, key]));
    this.#holders = new Remembered({ ...options, freshForMs: 0 });
    this.#names = new Remembered({ ...options, freshForMs: namesFreshForMs });
  }

  async answer(by: Authentication, asked: ParsedQuery): Promise<Answer> {
    if (by.kind === 'not-accepted') return { kind: 'not-authenticated' };
    if (by.kind === 'not-known') return by;
    if (!asked.ok) return { kind: 'wrong-query', why: asked.why };
    const { token, opensForSeconds } = by;
    const { query } = asked;
    const organization = this.#organizationOf(token, query.organization);
    if (organization === undefined) return { kind: 'not-allowed' };
    if (opensForSeconds < 0) return this.#uncertain('database-away');
    const target = await this.#targetOf(organization, token, query.target);
    if (target === undefined) return this.#uncertain('database-away');
    if (target.kind === 'unknown' && token.targets !== undefined) return { kind: 'not-allowed' };
    const { accessTypes } = organization.provider.capabilities;
    const type = query.type === undefined ? undefined : typeNamed(accessTypes, query.type);
    if (query.type !== undefined && type === undefined) {
      return { kind: 'wrong-query', why: `There is no such type: ${accessTypes.map(({ id }) => id).join(', ')}.` };
    }
    switch (target.kind) {
      case 'unknown':
        return this.#uncertain('unknown-target');
      case 'ambiguous':
        return this.#uncertain('ambiguous-target');
      case 'target':
        return cappedAt(opensForSeconds, await this.#decided(organization, target.id, type));
    }
  }

  /** The token says which; a question that names another one is not answered. */
  #organizationOf(token: AccessToken, asked: string | undefined): DecidedOrganization | undefined {
    const key = this.#keys.get(token.organizationId);
    if (key === undefined || (asked !== undefined && asked !== key && asked !== token.organizationId)) return undefined;
    return this.#options.organizations.get(key);
  }

  /** Undefined where the names of the targets were not read for too long: a name may mean another target by now. */
  async #targetOf(
    { organizationId, directories }: DecidedOrganization,
    token: AccessToken,
    name: string,
  ): Promise<NamedTarget | undefined> {
    // Whoever made the token has found this target.
    if (token.targets !== undefined && mayAskAbout(token, name)) return { kind: 'target', id: name };
    const names = await this.#names.get(organizationId, async () => {
      const directory = await directories.find(organizationId);
      return directory && new TargetNames(directory.targets);
    });
    if (names === undefined || this.#ageMs(names) > namesFreshForMs + this.#options.maxAgeSeconds * 1_000)
      return undefined;
    return names.value?.find(name, token) ?? { kind: 'unknown' };
  }

  async #decided(
    { organizationId, grants, provider }: DecidedOrganization,
    targetId: string,
    asked: AccessType | undefined,
  ): Promise<Answer> {
    const { clock, maxAgeSeconds } = this.#options;
    const slot = slotFor(organizationId, targetId);
    const reading = await this.#holders.get(slot, () => grants.bySlot(slot));
    if (clock.standing().kind !== 'agrees') return this.#uncertain('clock-not-certain');
    const leftSeconds = reading === undefined ? -1 : maxAgeSeconds - this.#usedSeconds(reading);
    if (reading === undefined || leftSeconds < 0) return this.#uncertain('database-away');
    const now = clock.now();
    const decision = decideAccess(reading.value, { types: provider.capabilities.accessTypes, asked, now });
    const checked = { checkedAt: reading.at, maxAgeSeconds: leftSeconds };
    if (!decision.open) return { kind: 'closed', because: decision.because, ...checked };
    const { grantId, terms } = decision;
    const untilEnd = Math.floor((terms.until.getTime() - now.getTime()) / 1_000);
    return {
      kind: 'open',
      grantId,
      type: terms.type,
      expiresAt: terms.until,
      ...checked,
      maxAgeSeconds: Math.min(leftSeconds, untilEnd),
    };
  }

  /** Of its age, in seconds begun. */
  #usedSeconds(reading: Recalled<Grant>): number {
    return Math.ceil(this.#ageMs(reading) / 1_000);
  }

  /** What was read for this very question is new, and nobody waits long for it. */
  #ageMs({ atMs, isNew }: Recalled<object>): number {
    return isNew ? 0 : this.#options.clock.monotonicMs() - atMs;
  }

  /** Closed because nobody can say more: the next question may have another answer. */
  #uncertain(because: Because): Answer {
    return { kind: 'closed', because, checkedAt: this.#options.clock.now(), maxAgeSeconds: 0 };
  }
}

/** "Open" is not used for longer than the token it was told to may be. */
const cappedAt = (seconds: number, answer: Answer): Answer =>
  answer.kind === 'open' ? { ...answer, maxAgeSeconds: Math.min(answer.maxAgeSeconds, seconds) } : answer;

const typeNamed = (types: readonly AccessType[], name: string): AccessType | undefined =>
  types.find(({ id }) => id === name) ?? accessTypeByKeyword(types, name);
