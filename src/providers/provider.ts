import type { Check } from '../findings.ts';
import type { AccessType } from '../grants/access-types.ts';
import type { StaffEvent } from '../grants/activity.ts';
import type { SecretExpiry } from '../grants/secret-expiry.ts';
import type { TargetNoun } from '../grants/target-noun.ts';

/** What a grant opens: for Atlas a cluster in a project. */
export interface Target {
  /** Unique within the organization, for Atlas `<projectId>/<clusterName>`. */
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly projectName: string;
  /** Where a person sees it in the vendor's web console. */
  readonly url: string;
}

/** What targets belong to. */
export interface Project {
  readonly id: string;
  readonly name: string;
}

/** A person as the vendor's directory knows them, with team roles already folded in. */
export interface DirectoryPerson {
  /** The vendor's stable id of the account. */
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  /** False for invited, pending or suspended accounts: those hold no right here, whatever roles they list. */
  readonly active: boolean;
  readonly organizationRoles: readonly string[];
  /** Roles by project id. */
  readonly projectRoles: Readonly<Record<string, readonly string[]>>;
}

/**
 * What the provider was seen to hold for one target. `closed` is only ever said of a target that was read without a
 * grant, or that is absent from a complete listing of its project (`targetExists: false`).
 */
export type AccessReading =
  | { readonly state: 'open'; readonly type: string; readonly until: Date }
  | { readonly state: 'closed'; readonly targetExists: boolean };

export interface ProviderCapabilities {
  /** In the order in which they are offered. */
  readonly accessTypes: readonly AccessType[];
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly defaultDurationMs: number;
  /** Whether the vendor keeps a record, which can be read, of what its own staff do. */
  readonly recordsStaff: boolean;
  /** How long before the end people are reminded where nobody has set anything else; absent: as the policy has it. */
  readonly remindBeforeMs?: readonly number[];
  /**
   * Whether the vendor has an organization-wide block, which can be read. Without one nothing is asked of it, support can
   * enter only what a grant opens, and no access type may need it.
   */
  readonly hasBlock: boolean;
  /** Whether an account that may switch the block is configured. */
  readonly canSetBlock: boolean;
  /**
   * Whether the vendor's people and their roles can be read. Without a directory those decide whom the operator's policy
   * names by their Slack ids.
   */
  readonly hasDirectory: boolean;
  /** Portcullis only observes: no call that changes anything is ever made. */
  readonly observes?: boolean;
  /** Where a person switches the block by hand. */
  readonly blockUrl: string;
  /** Where a person finds the targets, to open or close one by hand. */
  readonly targetsUrl: string;
  /** The vendor's name as people know it, for messages. */
  readonly vendor: string;
  readonly supportStaff: string;
  readonly targetNoun: TargetNoun;
  /** For examples of what can be typed: how a target may be called, and why somebody asks for access to one. */
  readonly example?: { readonly target: string; readonly reason: string; readonly shortReason: string };
  /** What ends access early, as the vendor's people say it: a verb, with a capital. Absent: `Revoke`. */
  readonly closeVerb?: string;
  /** The directory's role names that carry a right here: over the organization, and over one project's targets. */
  readonly deciderRoles: { readonly owner: readonly string[]; readonly projectDecider: readonly string[] };
}

/**
 * The system that enforces access. Every call is bounded in time, may be given an abort signal, and throws only
 * `ProviderError`.
 */
export interface Provider {
  readonly capabilities: ProviderCapabilities;
  listTargets(signal?: AbortSignal): Promise<Target[]>;
  directory(signal?: AbortSignal): Promise<DirectoryPerson[]>;
  /**
   * A fresh read of one person; undefined when the directory knows nobody by that address. Roles that come through a team
   * are read for the project that is named, or else for all of them.
   */
  readPerson(email: string, projectId?: string, signal?: AbortSignal): Promise<DirectoryPerson | undefined>;
  readBlock(signal?: AbortSignal): Promise<{ blocked: boolean }>;
  /** Throws `block-account-missing` without an account that may switch the block. */
  setBlock(blocked: boolean, signal?: AbortSignal): Promise<void>;
  /** Who last switched the block to this since then, as the vendor's records name them; undefined when they name nobody. */
  blockChangedBy(blocked: boolean, since: Date, signal?: AbortSignal): Promise<string | undefined>;
  /** Replaces whatever the target holds. `until` is cut to whole seconds by the caller. */
  openAccess(target: TargetRef, type: string, until: Date, signal?: AbortSignal): Promise<void>;
  /** Closes whatever the target holds; nothing to close is success. */
  closeAccess(target: TargetRef, signal?: AbortSignal): Promise<void>;
  /** `toClose`: what is read decides on closing, so it may use what is kept back of a rate limit for that. */
  readAccess(target: TargetRef, options?: { toClose?: boolean; signal?: AbortSignal }): Promise<AccessReading>;
  /**
   * Who last opened, changed or closed access to this target since then, as the vendor's records name them, calls of the
   * account that reads them left out; undefined when they name nobody.
   */
  accessChangedBy(target: TargetRef, since: Date, signal?: AbortSignal): Promise<string | undefined>;
  /** Every project of the organization, those included that the account may not read. */
  listProjects(signal?: AbortSignal): Promise<Project[]>;
  /** What is held for each target of one project, in one complete listing. */
  listAccess(project: Project, signal?: AbortSignal): Promise<{ target: Target; reading: AccessReading }[]>;
  /**
   * What the vendor recorded, between these instants, of what its own staff did on this target or for the whole organization,
   * oldest first. Records arrive late: an empty list says what is known now.
   */
  activity(target: TargetRef, from: Date, to: Date, signal?: AbortSignal): Promise<StaffEvent[]>;
  /** When the secrets of the accounts expire, of those that can see it of themselves. */
  secretExpiries(signal?: AbortSignal): Promise<readonly SecretExpiry[]>;
  /** What there is to check of the set-up on the provider's side, by looking only: as the everyday account, and as the second. */
  checks(about: ProviderChecks): { readonly everyday: readonly Check[]; readonly second: readonly Check[] };
}

/** What the checks of a provider have to know of the rest. */
export interface ProviderChecks {
  /** Names, in lower case and without ports, of the hosts on which the records are kept. */
  databaseHosts(): Promise<readonly string[]>;
  /** Whether Portcullis is to open and close access, or only to observe. */
  readonly manages: boolean;
}

/** As much of a target as a call needs. */
export type TargetRef = Pick<Target, 'id' | 'name' | 'projectId'>;

export type ProviderErrorCode =
  /** The account is not accepted: bad secret, expired token. */
  | 'unauthorized'
  /** The account lacks a role, or the address is not on the access list. */
  | 'forbidden'
  | 'not-found'
  /** A change of the same thing is under way. */
  | 'conflict'
  | 'rate-limited'
  /** The request itself was refused as wrong. */
  | 'invalid'
  | 'unavailable'
  | 'timeout'
  | 'connection'
  /** An answer that could not be understood. */
  | 'bad-answer'
  /** The account's secret cannot be read here: nothing was sent. */
  | 'secret-unreadable'
  | 'block-account-missing'
  /** Portcullis only observes. */
  | 'observing';

/** `message` is safe to show to people and holds no secret; detail for operators is in `detail` and `cause`. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  /** `none`: the call certainly changed nothing. `unknown`: it may have taken effect, or may still. */
  readonly effect: 'none' | 'unknown';
  /** Whether the same call can be expected to work later with nobody mending anything. */
  readonly temporary: boolean;
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly detail?: string;

  constructor(
    code: ProviderErrorCode,
    message: string,
    options: {
      effect: 'none' | 'unknown';
      temporary: boolean;
      retryAfterMs?: number;
      status?: number;
      detail?: string;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.effect = options.effect;
    this.temporary = options.temporary;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.detail = options.detail;
  }
}
