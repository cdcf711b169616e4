import { formatDuration } from './duration.ts';
import type { Offerable } from './offer.ts';
import type { OwnerSettings, SettingName } from './settings.ts';

/** What is wrong with one setting, in words for whoever set it. */
export interface SettingProblem {
  readonly name: SettingName;
  readonly message: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const requestLife = { minMs: 30 * minuteMs, maxMs: 7 * dayMs } as const;
const mostApprovals = 3;
const mostGrantsPerHour = 100;
const mostReminders = 5;

/**
 * Why settings cannot be what they are wished to be, checked together. How many people there are to decide counts only
 * where a change makes it matter: whoever changes something else is not held up by it.
 */
export function settingsProblems(
  settings: OwnerSettings,
  context: {
    readonly capabilities: Offerable;
    readonly decidersByProject: readonly number[];
    readonly changed: readonly SettingName[];
  },
): SettingProblem[] {
  const problems: (SettingProblem | undefined)[] = [
    ...durationProblems(settings, context.capabilities),
    typesProblem(settings, context.capabilities),
    approvalsProblem(settings, context),
    perHourProblem(settings),
    requestLifeProblem(settings),
    reminderProblem(settings),
    timeZoneProblem(settings),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** How many people it takes who may decide, so that everybody's requests can be approved, deciders' own included. */
export const decidersNeeded = ({
  approvalsNeeded,
  ownApprovalCounts,
}: Pick<OwnerSettings, 'approvalsNeeded' | 'ownApprovalCounts'>): number =>
  ownApprovalCounts ? approvalsNeeded : approvalsNeeded + 1;

function durationProblems(
  { defaultDurationMs, maxDurationMs }: OwnerSettings,
  { minDurationMs, maxDurationMs: providerMs }: Offerable,
): (SettingProblem | undefined)[] {
  const bounds = `from ${formatDuration(minDurationMs)} to ${formatDuration(providerMs)}`;
  const outside = (durationMs: number): boolean => !(durationMs >= minDurationMs && durationMs <= providerMs);
  if (outside(maxDurationMs)) {
    return [
      { name: 'maxDurationMs', message: `Give a duration ${bounds}, for example 8h.` },
      outside(defaultDurationMs) ? { name: 'defaultDurationMs', message: `Give a duration ${bounds}.` } : undefined,
    ];
  }
  const longest = formatDuration(maxDurationMs);
  return [
    defaultDurationMs >= minDurationMs && defaultDurationMs <= maxDurationMs
      ? undefined
      : {
          name: 'defaultDurationMs',
          message: `Give a duration from ${formatDuration(minDurationMs)} to ${longest}, which is the longest.`,
        },
  ];
}

function typesProblem({ accessTypes }: OwnerSettings, capabilities: Offerable): SettingProblem | undefined {
  const known = accessTypes.every((id) => capabilities.accessTypes.some((type) => type.id === id));
  if (known && accessTypes.length > 0) return undefined;
  return { name: 'accessTypes', message: 'Offer at least one type of access: without one nobody could ask.' };
}

function approvalsProblem(
  settings: OwnerSettings,
  { decidersByProject, changed }: { decidersByProject: readonly number[]; changed: readonly SettingName[] },
): SettingProblem | undefined {
  const { approvalsNeeded, ownApprovalCounts } = settings;
  if (!Number.isInteger(approvalsNeeded) || approvalsNeeded < 1 || approvalsNeeded > mostApprovals) {
    return { name: 'approvalsNeeded', message: `Choose a number from 1 to ${mostApprovals}.` };
  }
  if (!changed.includes('approvalsNeeded') && !changed.includes('ownApprovalCounts')) return undefined;
  const most = Math.max(0, ...decidersByProject);
  if (most >= decidersNeeded(settings)) return undefined;
  const known = most === 1 ? 'only one person can decide' : `only ${most} people can decide`;
  if (most < approvalsNeeded || ownApprovalCounts) {
    return {
      name: 'approvalsNeeded',
      message: `Nothing could be approved: it would take ${approvalsNeeded} people, and ${most === 0 ? 'nobody can decide' : known} now.`,
    };
  }
  return {
    name: changed.includes('ownApprovalCounts') ? 'ownApprovalCounts' : 'approvalsNeeded',
    message: `What a decider asks for could never be approved: it would take ${approvalsNeeded} other ${approvalsNeeded === 1 ? 'person' : 'people'}, and ${known} now.`,
  };
}

function perHourProblem({ grantsPerHour }: OwnerSettings): SettingProblem | undefined {
  if (grantsPerHour === undefined) return undefined;
  const fits = Number.isInteger(grantsPerHour) && grantsPerHour >= 1 && grantsPerHour <= mostGrantsPerHour;
  if (fits) return undefined;
  return {
    name: 'grantsPerHour',
    message: `Give a whole number from 1 to ${mostGrantsPerHour}, or leave it empty for no limit.`,
  };
}

function requestLifeProblem({ requestLifeMs }: OwnerSettings): SettingProblem | undefined {
  const { minMs, maxMs } = requestLife;
  if (requestLifeMs >= minMs && requestLifeMs <= maxMs) return undefined;
  const message = `Give a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, for example 24h.`;
  return { name: 'requestLifeMs', message };
}

/** A reminder comes no earlier than half the duration: one that never could is a mistake. */
function reminderProblem({ remindBeforeMs, maxDurationMs }: OwnerSettings): SettingProblem | undefined {
  const problem = (message: string): SettingProblem => ({ name: 'remindBeforeMs', message });
  if (remindBeforeMs.some((ms) => !(ms >= minuteMs))) {
    return problem('Give times before the end, with commas between them, for example: 4h, 30m.');
  }
  if (remindBeforeMs.length > mostReminders) return problem(`Give at most ${mostReminders} times.`);
  const twice = remindBeforeMs.find((ms, index) => remindBeforeMs.indexOf(ms) !== index);
  if (twice !== undefined) return problem(`${formatDuration(twice)} stands there twice.`);
  const never = remindBeforeMs.find((ms) => ms > maxDurationMs / 2);
  if (never === undefined) return undefined;
  return problem(
    `${formatDuration(never)} would never come: reminders come at most half the longest duration before the end, which is ${formatDuration(maxDurationMs / 2)}.`,
  );
}

function timeZoneProblem({ timeZone }: OwnerSettings): SettingProblem | undefined {
  return isTimeZone(timeZone) ? undefined : { name: 'timeZone', message: 'Choose one of the time zones on offer.' };
}

function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
