import { byRank } from '../../../src/grants/access-types.ts';
import { blockObserved } from '../../../src/grants/block.ts';
import { callAnswered, callMarked } from '../../../src/grants/calls.ts';
import { approveChange, type ChangeTerms, denyChange, proposeChange } from '../../../src/grants/change.ts';
import {
  approve,
  approveNarrowed,
  cancel,
  type Decision,
  deny,
  revoke,
  silenceReminders,
} from '../../../src/grants/decide.ts';
import { newFound } from '../../../src/grants/found.ts';
import type { AccessTerms, Grant, PersonActor, Proposal } from '../../../src/grants/grant.ts';
import type { GrantNote } from '../../../src/grants/grant-effects.ts';
import type { GrantResult } from '../../../src/grants/grant-refusals.ts';
import { newOrganization, type Organization } from '../../../src/grants/organization.ts';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import { recordEnding } from '../../../src/grants/record-ending.ts';
import { newRequest } from '../../../src/grants/request.ts';
import { observed, syncFailed } from '../../../src/grants/sync.ts';
import { fireTimers } from '../../../src/grants/timers.ts';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';
import type { ProviderCapabilities } from '../../../src/providers/provider.ts';
import { problemsOfMessage } from '../../../src/sandbox/slack/block-kit-views.ts';
import { mentionsIn } from '../../../src/sandbox/slack/mentions.ts';
import { type ReadableMessage, renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** When everything here begins: Ada asks. */
export const start = new Date('2026-03-01T10:00:00Z');
export const after = (minutes: number): Date => new Date(start.getTime() + minutes * minuteMs);

export const capabilities: ProviderCapabilities = {
  accessTypes: atlasAccessTypes,
  minDurationMs: 30 * minuteMs,
  maxDurationMs: 24 * hourMs,
  defaultDurationMs: 24 * hourMs,
  hasBlock: true,
  canSetBlock: true,
  hasDirectory: true,
  recordsStaff: true,
  blockUrl: 'https://cloud.example/v2#/org/64f0a1b2c3d4e5f600000001/settings/general',
  targetsUrl: 'https://cloud.example/v2#/org/64f0a1b2c3d4e5f600000001/projects',
  vendor: 'MongoDB Atlas',
  supportStaff: 'MongoDB support',
  targetNoun: { one: 'cluster', many: 'clusters', entered: 'infrastructure', group: 'project' },
  example: {
    target: 'orders-prod',
    reason: 'disk latency, support wants to see the servers',
    shortReason: 'disk is failing',
  },
  deciderRoles: { owner: ['ORG_OWNER'], projectDecider: ['GROUP_OWNER', 'GROUP_SUPPORT_ACCESS_MANAGER'] },
};

/** The types have the ids that every record here has. */
export const portalCapabilities: ProviderCapabilities = {
  ...capabilities,
  accessTypes: atlasAccessTypes.map((type, index) => ({
    ...type,
    keyword: ['portal', 'findings', 'everything'][index] ?? '',
    label: ['the portal without its findings', 'findings only', 'the whole portal'][index] ?? '',
    canSee: ['what stands in the portal'],
    cannotSee: ['what is kept elsewhere'],
    warnings: ['The findings name hosts.'],
    revokeWarnings: ['Downloads in progress are not interrupted.'],
  })),
  blockUrl: 'https://wardline.example/settings',
  targetsUrl: 'https://wardline.example/portals',
  vendor: 'Wardline',
  supportStaff: 'Wardline support',
  targetNoun: { one: 'portal', many: 'portals' },
  example: undefined,
};

const person = (slackId: string, name: string): PersonActor => ({ kind: 'person', slackId, name });
export const ada = person('UADA', 'Ada Asker');
export const olivia = person('UOLIVIA', 'Olivia Owner');
export const oscar = person('UOSCAR', 'Oscar Second');
const names: Readonly<Record<string, string>> = {
  UADA: 'ada',
  UOLIVIA: 'olivia',
  UOSCAR: 'oscar',
  UPRIYA: 'priya',
  USAM: 'sam',
};

const deciders = ['UOLIVIA', 'UOSCAR', 'UPRIYA', 'USAM'];

export function organization(blocked?: boolean): Organization {
  const unread = newOrganization('64f0a1b2c3d4e5f600000001', 'CACCESS', start);
  return blocked === undefined ? unread : blockObserved(unread, { blocked }, start);
}

export const context = (blocked?: boolean) => ({ organization: organization(blocked), deciders, targetCount: 12 });

export const logs = 'CLUSTER_DATABASE_LOGS';
export const infrastructure = 'CLUSTER_INFRASTRUCTURE';
export const sync = 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA';

export interface Asked {
  readonly type?: string;
  readonly reason?: string;
  readonly caseUrl?: string;
  readonly name?: string;
  readonly projectName?: string;
  readonly by?: PersonActor;
  readonly approvalsNeeded?: number;
  readonly durationMs?: number;
}

export function requested(asked: Asked = {}): Grant {
  const name = asked.name ?? 'orders-prod';
  return newRequest(
    {
      organizationId: '64f0a1b2c3d4e5f600000001',
      channelId: 'CACCESS',
      operationId: 'operation-1',
      target: {
        id: `64f0a1b2c3d4e5f600000101/${name}`,
        name,
        projectId: '64f0a1b2c3d4e5f600000101',
        projectName: asked.projectName ?? 'Shop',
        url: 'https://cloud.example/v2/64f0a1b2c3d4e5f600000101#/clusters/detail/orders-prod',
      },
      type: asked.type ?? infrastructure,
      durationMs: asked.durationMs ?? 24 * hourMs,
      reason: asked.reason ?? 'Disk latency since 09:40, support wants to see the servers',
      caseUrl: asked.caseUrl ?? 'https://support.example/case/01234567',
      by: asked.by ?? ada,
    },
    { ...defaultPolicy, approvalsNeeded: asked.approvalsNeeded ?? 1 },
    start,
  );
}

const decision = (actor: PersonActor, minutes: number): Decision => ({
  actor,
  operationId: `${actor.slackId}-${minutes}`,
  basis: 'fresh',
  now: after(minutes),
});

function must(result: GrantResult): Grant {
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

export const approved = (grant: Grant, by = olivia, minutes = 5): Grant =>
  must(
    approve(grant, decision(by, minutes), {
      termsVersion: grant.termsVersion,
      type: { needsBlock: false },
      blocked: true,
    }),
  );

export const denied = (reason = 'Ask again after the release', asked?: Asked): Grant =>
  must(deny(requested(asked), decision(oscar, 5), reason));
export const cancelled = (by = ada, asked?: Asked): Grant => must(cancel(requested(asked), decision(by, 5)));
export const lapsed = (asked?: Asked): Grant => fireTimers(requested(asked), after(24 * 60));

/** Olivia has approved logs with the block before them. */
export const awaitingBlock = (asked?: Asked): Grant =>
  must(
    approve(requested({ type: logs, ...asked }), decision(olivia, 5), {
      termsVersion: 1,
      type: { needsBlock: true },
      blocked: false,
      blockFirst: 'fresh',
    }),
  );

/** Open for four hours more, and nobody asked for it here. */
export const found = (target = requested().target, who?: string): Grant =>
  newFound(
    {
      id: 'g-found00001',
      organizationId: '64f0a1b2c3d4e5f600000001',
      channelId: 'CACCESS',
      target,
      terms: { type: infrastructure, until: after(240) },
      who,
    },
    defaultPolicy,
    start,
  );

const termsOf = (grant: Grant): AccessTerms => {
  if (grant.wanted === undefined) throw new Error('Nothing is wanted');
  return grant.wanted;
};

/** A call that opens, sent and then answered; without an answer it may still land. */
export function openingCall(
  grant: Grant,
  minutes: number,
  answer?: 'done' | 'refused',
  refusedForGood?: string,
): Grant {
  const id = `call-${minutes}`;
  const sent = callMarked(grant, { call: 'open', terms: termsOf(grant), answers: [] }, id, after(minutes));
  return answer === undefined ? sent : callAnswered(sent, id, answer, after(minutes), refusedForGood);
}

export function closingCall(grant: Grant, minutes: number, answer?: 'done'): Grant {
  const id = `close-${minutes}`;
  const sent = callMarked(grant, { call: 'close' }, id, after(minutes));
  return answer === undefined ? sent : callAnswered(sent, id, answer, after(minutes));
}

export const seenOpen = (grant: Grant, minutes: number, terms = termsOf(grant)): Grant =>
  observed(grant, { state: 'open', ...terms }, defaultPolicy, after(minutes));

export const seenClosed = (grant: Grant, minutes: number, targetExists = true): Grant =>
  observed(grant, { state: 'closed', targetExists }, defaultPolicy, after(minutes));

export const active = (asked?: Asked): Grant => seenOpen(openingCall(approved(requested(asked)), 5, 'done'), 5);

export const revoking = (grant = active(), by = olivia, minutes = 65): Grant =>
  must(revoke(grant, decision(by, minutes)));
export const revoked = (grant = revoking()): Grant => seenClosed(closingCall(grant, 65, 'done'), 66);
export const expired = (asked?: Asked): Grant => seenClosed(fireTimers(active(asked), after(24 * 60 + 5)), 24 * 60 + 5);
export const over = (grant = active()): Grant => fireTimers(grant, after(24 * 60 + 5));
/** Its time was over, Atlas could not be asked, and an operator recorded a day later that it had ended. */
export function vouchedFor(grant = over()): Grant {
  const result = recordEnding(grant, { kind: 'operator', name: 'root' }, 'operation-end', after(48 * 60));
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}
export const refused = (asked?: Asked, why = 'Atlas does not know cluster orders-prod. Nothing was changed.'): Grant =>
  seenClosed(openingCall(approved(requested(asked)), 5, 'refused', why), 5);
/** Given up without ever having been seen open, although an unanswered call may have opened it. */
export const givenUp = (asked?: Asked): Grant =>
  seenClosed(fireTimers(openingCall(approved(requested(asked)), 5), after(20)), 20);
export const silenced = (grant = active(), by = ada): Grant => must(silenceReminders(grant, decision(by, 65)));
export const endedOutside = (asked?: Asked): Grant => seenClosed(seenClosed(active(asked), 30), 31);
/** Ended, and then opened once more by a call that had never been answered. */
export const reopened = (asked?: Asked): Grant => {
  const over = givenUp(asked);
  return callMarked(over, { call: 'close', late: termsOf(over) }, 'late', after(25));
};
export const failing = (grant: Grant, minutes: number, message = 'Atlas has trouble of its own (HTTP 503).'): Grant =>
  syncFailed(grant, { code: 'unavailable', message }, after(minutes + 1), after(minutes));

/** A change that Ada proposes an hour and five minutes after she asked. */
export const proposed = (
  change: ChangeTerms = { type: infrastructure, durationMs: 24 * hourMs },
  grant = active(),
  by = ada,
): Grant => must(proposeChange(grant, decision(by, 65), change));
/** Approved by Olivia five minutes later, and not sent yet. */
export const changing = (grant = proposed(), by = olivia): Grant =>
  must(
    approveChange(grant, decision(by, 70), {
      number: 1,
      types: atlasAccessTypes.map(({ id }) => ({ id, needsBlock: false })),
      blocked: true,
    }),
  );
export const changed = (grant = changing()): Grant => seenOpen(openingCall(grant, 70, 'done'), 71);
export const changeRefused = (grant = changing(), why = 'The cluster is paused.'): Grant =>
  openingCall(grant, 70, 'refused', why);
export const changeDenied = (grant = proposed(), why = 'The case is closed.', by = oscar): Grant =>
  must(denyChange(grant, decision(by, 70), 1, why));
/** A change that waits, as a home tab is given it. */
export function waitingChange(grant = proposed()): { readonly grant: Grant; readonly proposal: Proposal } {
  if (grant.proposal === undefined) throw new Error('Nothing is proposed');
  return { grant, proposal: grant.proposal };
}
/** Two are needed; Olivia approved 24 h, and Oscar two hours of logs. */
export const narrowed = (asked: Asked = { approvalsNeeded: 2 }, word = 'Logs should do.'): Grant =>
  must(
    approveNarrowed(asked.approvalsNeeded === 2 ? approved(requested(asked)) : requested(asked), decision(oscar, 10), {
      termsVersion: 1,
      terms: { type: logs, durationMs: 2 * hourMs },
      types: byRank(atlasAccessTypes),
      blocked: true,
      word,
    }),
  );

/** The note as the transition owes it. */
export function noteOf(grant: Grant, type: string): GrantNote {
  const effect = grant.owed.find((owed) => owed.kind === 'note' && owed.note.type === type);
  if (effect?.kind !== 'note') throw new Error(`No note of ${type}`);
  return effect.note;
}

export const posted = (grant: Grant): Grant => ({
  ...grant,
  message: {
    channel: 'CACCESS',
    ts: '1.1',
    renderedVersion: 1,
    permalink: 'https://slack.example/archives/CACCESS/p11',
  },
});

const readable = (message: OutgoingMessage): ReadableMessage => ({
  text: message.text,
  blocks: message.blocks.map((block) => ({ ...block })),
});

/** What a reader sees at that time. */
export const read = (message: OutgoingMessage, minutes: number): string =>
  renderAsText(readable(message), { now: after(minutes), names: (id) => names[id] ?? id });

/** Whom the message notifies, as `<@U…>`. */
export const notified = (message: OutgoingMessage): string[] => mentionsIn(readable(message));

/** What Slack would refuse, whatever a reader sees. */
export const problems = (message: OutgoingMessage): string[] => [
  ...problemsOfMessage(message.blocks),
  ...(message.text === '' ? ['no plain text'] : []),
  ...(message.text.length > 4_000 ? ['plain text too long'] : []),
];
