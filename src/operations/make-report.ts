import type { WithHistory } from '../grants/moved-history.ts';
import { nearestNames } from '../grants/nearest.ts';
import type { Owing } from '../grants/owed.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import { policyOf } from '../grants/policy.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import { isLater, type Month, monthAt, monthSpan, parseMonth } from '../reports/month.ts';
import { type Report, reportOf } from '../reports/report.ts';
import type { RecordStore } from '../store/record-store.ts';
import { recordsSince } from '../work/records-since.ts';
import { actorFor, auditRefusal, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';
import { targetsNamed } from './targets.ts';

export interface ReportWish {
  /** A target's name as somebody typed it; empty for all of them. */
  readonly target: string;
  /** As typed; absent for the current month. */
  readonly month?: string;
}

export type ReportOutcome =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'unknown-target'; readonly name: string; readonly nearest: readonly string[] }
  | { readonly kind: 'unknown-month'; readonly typed: string }
  /** It has not begun. */
  | { readonly kind: 'future-month'; readonly month: Month };

export type AskForReportOutcome =
  | ReportOutcome
  | { readonly kind: 'not-permitted'; readonly reason: PermissionRefusal };

type ReportContext = Pick<
  OperationContext,
  'organizationId' | 'organizations' | 'grants' | 'directories' | 'basePolicy'
> & {
  readonly clock: Pick<OperationContext['clock'], 'now'>;
  readonly provider: { readonly capabilities: Pick<ProviderCapabilities, 'hasBlock' | 'maxDurationMs'> };
};

/** What ended longer ago than the longest terms and this cannot have been opened again by a call that landed late. */
const openAgainWithinMs = 2 * 60 * 60_000;

/** How many records that have ended are read. */
const mostEnded = 5_000;

/** A report for whoever may see how things stand. The month, if any, is what the typed words end with. */
export async function askForReport(
  context: OperationContext,
  { slackId, words }: Pick<OperationInput, 'slackId'> & { readonly words: string },
): Promise<AskForReportOutcome> {
  const caller = await identify(context, slackId, { fresh: false });
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) {
    await auditRefusal(context, { action: 'report', actor: actorFor(caller), reason: seeing.reason });
    return { kind: 'not-permitted', reason: seeing.reason };
  }
  return makeReport(context, await understood(context, words));
}

/** What is a target's name as a whole is that, whatever month it may be called. */
async function understood(context: ReportContext, words: string): Promise<ReportWish> {
  const typed = words.trim().split(/\s+/);
  if ((await targetsCalled(context, words)).length > 0) return { target: words };
  const current = monthAt(context.clock.now(), 'UTC');
  for (const count of [2, 1]) {
    const month = typed.slice(-count).join(' ');
    if (typed.length >= count && parseMonth(month, current) !== undefined) {
      return { target: typed.slice(0, -count).join(' '), month };
    }
  }
  return { target: words };
}

/** Reads only what is stored. */
export async function makeReport(context: ReportContext, wish: ReportWish): Promise<ReportOutcome> {
  const { organizations, organizationId, grants, directories, basePolicy, clock } = context;
  const { hasBlock, maxDurationMs } = context.provider.capabilities;
  const organization = await organizations.get(organizationId);
  const { timeZone } = policyOf(organization, basePolicy);
  const at = clock.now();
  const current = monthAt(at, timeZone);
  const month = wish.month === undefined ? current : parseMonth(wish.month, current);
  if (month === undefined) return { kind: 'unknown-month', typed: wish.month ?? '' };
  if (isLater(month, current)) return { kind: 'future-month', month };
  const name = wish.target.trim();
  const targets = name === '' ? undefined : await targetsCalled(context, name);
  if (targets?.length === 0) {
    const { targets: known } = await directories.get(organizationId);
    const names = known.map(({ name }) => name);
    return { kind: 'unknown-target', name, nearest: nearestNames(name, names) };
  }
  const { from, to } = monthSpan(month, timeZone);
  const { concerned, incomplete } = await recordsSince(grants, organizationId, {
    since: new Date(from.getTime() - maxDurationMs - openAgainWithinMs),
    askedBefore: to,
    most: mostEnded,
  });
  const ids = targets?.map(({ id }) => id);
  const meant = concerned.filter(({ target }) => ids?.includes(target.id) ?? true);
  const report = reportOf({
    organizationId,
    month,
    timeZone,
    at,
    subject: subjectOf(targets),
    grants: await Promise.all(meant.map((grant) => withWholeHistory(grants, grant))),
    organization: hasBlock ? await withWholeHistory(organizations, organization) : undefined,
    incomplete,
  });
  return { kind: 'report', report };
}

/** Of much history the oldest part stands elsewhere. */
async function withWholeHistory<D extends Owing & WithHistory>(store: RecordStore<D>, doc: D): Promise<D> {
  return doc.historyMoved === undefined ? doc : { ...doc, history: await store.wholeHistory(doc) };
}

/** As the provider names it, whatever letters it was typed in; one name may stand in several projects. */
function subjectOf(targets: readonly Named[] | undefined): string | undefined {
  const [first, ...others] = targets ?? [];
  if (first === undefined) return undefined;
  return others.length > 0 || first.projectName === '' ? first.name : `${first.projectName}/${first.name}`;
}

type Named = { readonly id: string; readonly name: string; readonly projectName: string };

/** Those that there are, or were when records of them were made. */
async function targetsCalled({ directories, grants, organizationId }: ReportContext, name: string): Promise<Named[]> {
  const wanted = name.trim();
  if (wanted === '') return [];
  const { targets } = await directories.get(organizationId);
  const named = targetsNamed(targets, wanted);
  return named.length > 0 ? named : grants.pastTargets(organizationId, wanted);
}
