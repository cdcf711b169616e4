import type { AccessType } from './access-types.ts';
import type { OrganizationPolicy } from './policy.ts';

/** As much of what a provider can do as can be asked for. Durations in milliseconds. */
export interface Offerable {
  readonly accessTypes: readonly AccessType[];
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly defaultDurationMs: number;
}

type Narrowing = Pick<OrganizationPolicy, 'accessTypes' | 'maxDurationMs' | 'defaultDurationMs' | 'caseUrlRequired'>;

/** What can be asked for now: all that the provider can do, narrowed by what the organization's owners have set. */
export type Offer<C extends Offerable> = C & Partial<Pick<OrganizationPolicy, 'caseUrlRequired'>>;

/** What is open already keeps its terms: this is for what is asked for, granted or changed from now on. */
export function offered<C extends Offerable>(capabilities: C, policy: Narrowing): Offer<C> {
  const { accessTypes, maxDurationMs = capabilities.maxDurationMs, caseUrlRequired } = policy;
  const longestMs = Math.min(maxDurationMs, capabilities.maxDurationMs);
  return {
    ...capabilities,
    accessTypes: capabilities.accessTypes.filter(({ id }) => accessTypes?.includes(id) ?? true),
    maxDurationMs: longestMs,
    defaultDurationMs: Math.min(policy.defaultDurationMs ?? capabilities.defaultDurationMs, longestMs),
    caseUrlRequired,
  };
}

/** Whether terms that were asked for earlier could still be asked for. Without a duration the end stays as it is. */
export function onOffer(
  { type, durationMs }: { readonly type: string; readonly durationMs?: number },
  offer: Pick<Offerable, 'accessTypes' | 'maxDurationMs'>,
): boolean {
  return offer.accessTypes.some(({ id }) => id === type) && (durationMs ?? 0) <= offer.maxDurationMs;
}
