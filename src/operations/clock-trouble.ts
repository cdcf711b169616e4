import type { ClockStanding } from '../checked-clock.ts';
import type { OperationContext } from './context.ts';
import { type Caller, permission } from './identify.ts';

export type ClockTrouble = Exclude<ClockStanding, { kind: 'agrees' }>;

/** What is wrong with the clock of this process: for owners, who can have it mended. */
export function clockTrouble(context: OperationContext, caller: Caller): ClockTrouble | undefined {
  const standing = context.clock.standing();
  if (standing.kind === 'agrees' || !permission(context, caller, 'lockdown').allowed) return undefined;
  return standing;
}
