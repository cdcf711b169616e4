import type { Grant, GrantTarget, PersonActor } from './grant.ts';
import { grantIdFor, requestSlotFor } from './ids.ts';
import { owe, touched } from './owed.ts';
import type { Policy } from './policy.ts';

export interface NewRequest {
  readonly organizationId: string;
  readonly channelId: string;
  readonly operationId: string;
  readonly target: GrantTarget;
  readonly type: string;
  readonly durationMs: number;
  readonly reason: string;
  readonly caseUrl?: string;
  readonly by: PersonActor;
}

/** A new record in state `requested`, with everything it owes from the start. */
export function newRequest(request: NewRequest, policy: Policy, now: Date): Grant {
  const at = (afterMs: number): Date => new Date(now.getTime() + afterMs);
  const lapsesAt = at(policy.requestLifeMs);
  const { target } = request;
  const grant: Grant = {
    _id: grantIdFor(request.organizationId, request.operationId),
    schemaVersion: 1,
    rev: 0,
    version: 0,
    owed: [],
    effectCount: 0,
    organizationId: request.organizationId,
    channelId: request.channelId,
    target: {
      id: target.id,
      name: target.name,
      projectId: target.projectId,
      projectName: target.projectName,
      url: target.url,
    },
    state: 'requested',
    terms: { type: request.type, durationMs: request.durationMs },
    termsVersion: 1,
    reason: request.reason,
    caseUrl: request.caseUrl,
    requestedBy: request.by,
    requestedAt: now,
    lapsesAt,
    approvals: [],
    approvalsNeeded: policy.approvalsNeeded,
    sent: [],
    answeredCalls: [],
    requestSlot: requestSlotFor(request.organizationId, target.id, request.type),
    history: [{ at: now, action: 'request', actor: request.by, to: 'requested', operationId: request.operationId }],
  };
  return owe(
    touched(grant),
    { kind: 'render', dueAt: now },
    { kind: 'lapse', dueAt: lapsesAt },
    ...policy.nudgeAfterMs
      .filter((afterMs) => afterMs < policy.requestLifeMs)
      .map((afterMs) => ({ kind: 'nudge' as const, dueAt: at(afterMs) })),
  );
}
