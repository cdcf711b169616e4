import type { StaffEvent } from '../../src/grants/activity.ts';
import type {
  AccessReading,
  DirectoryPerson,
  Project,
  Provider,
  ProviderCapabilities,
  Target,
  TargetRef,
} from '../../src/providers/provider.ts';
import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider.ts';

type Call = 'readAccess' | 'openAccess' | 'closeAccess';

/** What happens to one call. Without `error` it succeeds; `lands` false leaves what the target holds as it is. */
export interface Step {
  readonly error?: ProviderError;
  readonly lands?: boolean;
  /** Runs before the call takes effect. */
  readonly before?: () => Promise<unknown>;
}

/** A provider that holds access in memory and follows a script: each call takes the next step of its name, if any. */
export class MemoryProvider implements Provider {
  /** Changing calls and readings, oldest first: `read`, `open <type> <until>`, `close`. */
  readonly calls: string[] = [];
  readonly #held = new Map<string, AccessReading>();
  readonly #script: Record<Call, Step[]> = { readAccess: [], openAccess: [], closeAccess: [] };

  readonly capabilities: ProviderCapabilities = {
    accessTypes: [],
    minDurationMs: 30 * 60_000,
    maxDurationMs: 24 * 3_600_000,
    defaultDurationMs: 3_600_000,
    hasBlock: true,
    canSetBlock: false,
    hasDirectory: true,
    recordsStaff: true,
    blockUrl: 'https://provider.example/block',
    targetsUrl: 'https://provider.example/targets',
    vendor: 'Provider',
    supportStaff: 'support',
    targetNoun: { one: 'target', many: 'targets' },
    deciderRoles: { owner: ['OWNER'], projectDecider: [] },
  };

  next(call: Call, ...steps: Step[]): void {
    this.#script[call].push(...steps);
  }

  /** As if somebody had changed it on the provider directly, or a call had landed late. */
  put(targetId: string, reading: AccessReading): void {
    this.#held.set(targetId, reading);
  }

  held(targetId: string): AccessReading {
    return this.#held.get(targetId) ?? { state: 'closed', targetExists: true };
  }

  /** The changing calls so far. */
  get changes(): string[] {
    return this.calls.filter((call) => call !== 'read');
  }

  async readAccess(target: TargetRef): Promise<AccessReading> {
    this.calls.push('read');
    await this.#step('readAccess');
    return this.held(target.id);
  }

  async openAccess(target: TargetRef, type: string, until: Date): Promise<void> {
    this.calls.push(`open ${type} ${until.toISOString()}`);
    await this.#step('openAccess', () => this.put(target.id, { state: 'open', type, until }));
  }

  async closeAccess(target: TargetRef): Promise<void> {
    this.calls.push('close');
    await this.#step('closeAccess', () => this.put(target.id, { state: 'closed', targetExists: true }));
  }

  async #step(call: Call, land = (): void => {}): Promise<void> {
    const step = this.#script[call].shift() ?? {};
    await step.before?.();
    if (step.lands ?? step.error === undefined) land();
    if (step.error !== undefined) throw step.error;
  }

  listTargets = (): Promise<Target[]> => Promise.resolve([]);
  directory = (): Promise<DirectoryPerson[]> => Promise.resolve([]);
  readPerson = (): Promise<DirectoryPerson | undefined> => Promise.resolve(undefined);
  readBlock = (): Promise<{ blocked: boolean }> => Promise.resolve({ blocked: true });
  setBlock = (): Promise<void> => Promise.resolve();
  blockChangedBy = (): Promise<undefined> => Promise.resolve(undefined);
  accessChangedBy = (): Promise<string | undefined> => Promise.resolve(undefined);
  listProjects = (): Promise<Project[]> => Promise.resolve([]);
  listAccess = (): Promise<{ target: Target; reading: AccessReading }[]> => Promise.resolve([]);

  secretExpiries = (): ReturnType<Provider['secretExpiries']> => Promise.resolve([]);
  checks = (): ReturnType<Provider['checks']> => ({ everyday: [], second: [] });

  /** What the vendor has on record of its staff, whatever is asked about; or that it cannot be read. */
  recorded: StaffEvent[] | ProviderError = [];

  async activity(): Promise<StaffEvent[]> {
    if (this.recorded instanceof ProviderError) throw this.recorded;
    return this.recorded;
  }
}

/** The call certainly changed nothing, and nobody but a person can mend it. */
export const refused = (code: ProviderErrorCode = 'forbidden'): ProviderError =>
  new ProviderError(code, 'It was refused for good.', { effect: 'none', temporary: false });

/** The call certainly changed nothing, and may work later. */
export const temporary = (retryAfterMs?: number): ProviderError =>
  new ProviderError('rate-limited', 'It was too much for now.', { effect: 'none', temporary: true, retryAfterMs });

/** No answer came: the call may have landed, or land still. */
export const unanswered = (): ProviderError =>
  new ProviderError('timeout', 'No answer came in time.', { effect: 'unknown', temporary: true });
