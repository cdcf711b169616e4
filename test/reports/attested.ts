import { activityRead, openWindow, type StaffEvent } from '../../src/grants/activity.ts';
import { callAnswered } from '../../src/grants/calls.ts';
import { deny } from '../../src/grants/decide.ts';
import type { Grant } from '../../src/grants/grant.ts';
import type { Organization } from '../../src/grants/organization.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import type { NewRequest } from '../../src/grants/request.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import { statementOf } from '../../src/ledger/checkpoint.ts';
import type { LedgerContent, LedgerEntry } from '../../src/ledger/entry.ts';
import { grantWithEntries, refusalEntry } from '../../src/ledger/from-history.ts';
import { atlasAccessTypes } from '../../src/providers/atlas/access-types.ts';
import { type Attestation, AttestationDraft } from '../../src/reports/attestation.ts';
import { type AttestationContext, attestationPage } from '../../src/reports/attestation-page.ts';
import { chained } from '../ledger/ledgers.ts';
import {
  at,
  ben,
  calling,
  closed,
  decision,
  done,
  hour,
  infrastructure,
  minute,
  opening,
  requested,
  wantedBy,
} from '../support/grants.ts';

export const organizationId = 'org1';

/** What the ledger has of a record that became each of these in turn. */
export function contentsOf(versions: readonly Grant[]): LedgerContent[] {
  return versions.flatMap((version, index) => {
    const known = versions[index - 1];
    const { owed } = grantWithEntries(known, { ...version, owed: [] });
    return owed.flatMap((effect) => (effect.kind === 'ledger' ? effect.entries : []));
  });
}

/** Asked for, approved at 1 min, open from 2 min, over at 4 h 1 min, and read then. */
export function wholeLife(change: Partial<NewRequest> = {}, recorded: readonly StaffEvent[] = []): Grant[] {
  const asked = requested(change);
  const called = calling(opening(change));
  const active = observed(
    callAnswered(called, 'open-1', 'done', at(minute + 11_000)),
    wantedBy(called),
    defaultPolicy,
    at(2 * minute),
  );
  const over = at(4 * hour + minute);
  const ending = fireTimers(active, over);
  const ended = observed(ending, closed, defaultPolicy, over);
  const window = openWindow(ended);
  if (window === undefined) throw new Error('It was open');
  return [asked, opening(change), called, active, ending, ended, activityRead(ended, window, recorded, over)];
}

export const refused = (): LedgerContent =>
  refusalEntry({
    organizationId,
    action: 'approve',
    actor: ben,
    reason: 'not-decider',
    at: at(30_000),
    source: 'attempt-1',
  });

export const denied = (): Grant[] => {
  const asked = requested({ operationId: 'op-denied', type: infrastructure });
  return [asked, done(deny(asked, decision(minute), 'Not <b>now</b>'))];
};

export function attested(
  entries: readonly LedgerEntry[],
  period: { readonly from: Date; readonly to: Date },
  confirmed?: Organization['confirmed'],
): Attestation {
  const draft = new AttestationDraft(period);
  for (const entry of entries) draft.add(entry);
  return draft.finished(confirmed);
}

interface PageOptions {
  readonly madeAt?: Date;
  /** The last entry is signed; and each signature was checked, or not. */
  readonly signatures?: 'checked' | 'not-checked';
  readonly vendor?: AttestationContext['vendor'];
}

const atlas: AttestationContext['vendor'] = {
  vendor: 'MongoDB Atlas',
  supportStaff: 'MongoDB support',
  targetNoun: { one: 'cluster', many: 'clusters', entered: 'infrastructure', group: 'project' },
  accessTypes: atlasAccessTypes,
  hasBlock: true,
};

/** The page of these contents, for the day on which every story begins. */
export function pageOf(
  contents: readonly LedgerContent[],
  { madeAt = at(24 * hour), signatures, vendor = atlas }: PageOptions = {},
): string {
  const entries = chained(contents);
  const last = entries.at(-1);
  const period = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
  const attestation = attested(entries, period);
  const head = { sequence: last?.sequence ?? 0, hash: last?.hash ?? '0'.repeat(64) };
  const signed = { ...statementOf(organizationId, head, madeAt), signature: `${'A'.repeat(86)}==` };
  return attestationPage(signatures === undefined ? attestation : { ...attestation, signed }, {
    organizationId,
    madeAt,
    verified: { entries: entries.length, head, signatures: signatures === 'checked' },
    vendor,
  });
}

/** What a reader reads, without the marks. */
export const read = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<(br|\/p|\/tr|\/h1|\/h2|\/dd|\/pre|\/td|\/th)>/g, '\n')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[ \n]*\n[ \n]*/g, '\n');
