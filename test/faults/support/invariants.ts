import { type Grant, isLive } from '../../../src/grants/grant.ts';
import { accessViolations } from './access-invariants.ts';
import { messageViolations } from './message-invariants.ts';
import type { World } from './world.ts';

const minute = 60_000;
/** Past the last look at what has ended: nothing is owed any more. */
const settledMs = 10 * minute;

/**
 * What of the design's invariants does not hold in a world that has been left alone until nothing was due any more: read
 * from the records, from what the provider held, and from what stands in Slack. Empty when everything holds.
 */
export function violations(world: World): string[] {
  return [
    ...world.grants.flatMap((grant) => recordViolations(grant, world)),
    ...slotViolations(world),
    ...accessViolations(world),
    ...messageViolations(world),
    ...auditViolations(world),
    ...deedViolations(world),
  ];
}

function recordViolations(grant: Grant, { now }: World): string[] {
  const name = `${grant._id} ${grant.target.name} ${grant.state}`;
  const { history, approvals, approvalsNeeded, approvedAt } = grant;
  const found: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) found.push(`${name}: ${what}`);
  };
  must(
    history.every((entry, index) => entry.from === history[index - 1]?.to),
    'history is a chain',
  );
  must(history.at(-1)?.to === grant.state, 'history leads to the state');
  const operations = history.flatMap(({ operationId }) => operationId ?? []);
  must(new Set(operations).size === operations.length, 'each operation is recorded once');
  const decisions = history.filter(({ from, to }) => from === 'requested' && to !== 'requested');
  must(decisions.length === (grant.state === 'requested' ? 0 : 1), 'a request is decided once');
  const approvers = new Set(approvals.map(({ by }) => by.slackId));
  must(approvedAt === undefined || approvers.size >= approvalsNeeded, 'what opens was approved');
  must(
    decisions.every(({ at, to }) => to !== 'opening' || at < grant.lapsesAt),
    'nothing is approved after it lapsed',
  );
  must((grant.slot !== undefined) === isLive(grant), 'what is live holds the slot, and nothing else does');
  const last = grant.history.at(-1)?.at ?? grant.requestedAt;
  const isOver = !isLive(grant) && grant.state !== 'requested';
  if (isOver && now.getTime() - last.getTime() > settledMs) {
    must(grant.owed.length === 0, `what has ended owes nothing, not ${grant.owed.map(({ kind }) => kind).join()}`);
    must(grant.nextDueAt === undefined && grant.lease === undefined, 'nobody looks at what has ended');
  }
  return found;
}

function slotViolations({ grants }: World): string[] {
  const live = grants.flatMap(({ slot }) => slot ?? []);
  return live.filter((slot, index) => live.indexOf(slot) !== index).map((slot) => `${slot}: two live grants`);
}

/** Every transition has its line, once; one that a process died at may have none, and its history has it all the same. */
function auditViolations({ grants, audit, deaths }: World): string[] {
  const diedAt = new Set(deaths.map(Number));
  const left = new Map<string, number>();
  for (const { grantId, action, at } of audit) {
    const key = `${grantId} ${action} ${new Date(at).toISOString()}`;
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  const missing = grants.flatMap((grant) =>
    grant.history.flatMap(({ action, at }) => {
      const key = `${grant._id} ${action} ${at.toISOString()}`;
      const lines = left.get(key) ?? 0;
      left.set(key, lines - 1);
      return lines > 0 || diedAt.has(Number(at)) ? [] : [`${key}: no audit line`];
    }),
  );
  const tooMany = [...left].filter(([, lines]) => lines > 0).map(([key, lines]) => `${key}: ${lines} audit lines more`);
  return [...missing, ...tooMany];
}

/** Whoever did something got an answer, or what they did stands in a record. */
function deedViolations({ deeds, grants }: World): string[] {
  const recorded = new Set(
    grants.flatMap(({ history }) =>
      history.flatMap(({ actor, at }) => (actor.kind === 'person' ? [`${actor.slackId} ${Number(at)}`] : [])),
    ),
  );
  return deeds
    .filter(({ who, at, answered, diedWithIt }) => !answered && !diedWithIt && !recorded.has(`${who} ${Number(at)}`))
    .map(({ who, what, at }) => `${who} heard nothing of "${what}" at ${at.toISOString()}`);
}
