import type { Organization } from './organization.ts';
import { oweOnce, replaceEffect, touched } from './owed.ts';

/** How often everything is looked at, whatever is on record. */
export const surveyEveryMs = 60 * 60_000;
/** A project that could not be read this often is left for the next round. */
const mostAttempts = 3;

export interface SurveyedProject {
  readonly id: string;
  readonly name: string;
}

/** A project that was not read: what is open there is not known. */
export interface UnreadProject {
  readonly name: string;
  readonly reason: string;
}

/** A look at everything that is under way. */
export interface Survey {
  readonly startedAt: Date;
  readonly left: readonly SurveyedProject[];
  readonly unread: readonly UnreadProject[];
}

/** What came of the last one. Without `listed`, not even the projects could be listed, for that reason. */
export interface Surveyed {
  readonly at: Date;
  readonly unread: readonly UnreadProject[];
  readonly notListed?: string;
}

/** Owes a look at everything: at the start, whenever the last one was. */
export const surveyOwed = (organization: Organization, now: Date): Organization =>
  oweOnce(organization, { kind: 'survey', dueAt: now });

/** The projects are known: each is read in turn, in attempts of their own. */
export function surveyBegun(organization: Organization, left: readonly SurveyedProject[], now: Date): Organization {
  return goneOn({ ...organization, survey: { startedAt: now, left, unread: [] } }, now);
}

/** What was open in this project is on record. */
export function projectRead(organization: Organization, id: string, now: Date): Organization {
  const { survey } = organization;
  if (survey === undefined) return organization;
  return goneOn({ ...organization, survey: { ...survey, left: survey.left.filter((one) => one.id !== id) } }, now);
}

/**
 * Reading failed. It is tried again at `retryAt`, until the time of this look is over or, where waiting does not help, a few
 * times; then the project counts as not read. `inVain` is for failures that nothing but a person mends.
 */
export function surveyFailed(
  organization: Organization,
  failure: { readonly reason: string; readonly kind: 'in-vain' | 'limited' | 'temporary'; readonly retryAt: Date },
  now: Date,
): Organization {
  const { survey } = organization;
  const effect = organization.owed.find(({ kind }) => kind === 'survey');
  if (effect === undefined) return organization;
  const attempts = effect.attempts + 1;
  const endsAt = new Date((survey?.startedAt ?? now).getTime() + surveyEveryMs);
  const giveUp = failure.kind === 'in-vain' || (failure.kind === 'temporary' && attempts >= mostAttempts);
  const timeOver = failure.retryAt >= endsAt;
  if (survey === undefined) {
    const again = replaceEffect(organization, effect.id, { dueAt: failure.retryAt, attempts });
    return giveUp ? concluded(again, { at: now, unread: [], notListed: failure.reason }) : again;
  }
  if (timeOver) {
    // Only the first was tried.
    const unread = survey.left.map(({ name }, index) => ({
      name,
      reason: index === 0 ? failure.reason : 'There was no time left to read it.',
    }));
    return goneOn({ ...organization, survey: { ...survey, left: [], unread: [...survey.unread, ...unread] } }, now);
  }
  const [first, ...left] = survey.left;
  if (!giveUp || first === undefined) {
    return replaceEffect(organization, effect.id, { dueAt: failure.retryAt, attempts });
  }
  const unread = [...survey.unread, { name: first.name, reason: failure.reason }];
  return goneOn({ ...organization, survey: { ...survey, left, unread } }, now);
}

/** The next project at once, or the next look an hour after this one began. */
function goneOn(organization: Organization, now: Date): Organization {
  const { survey, owed } = organization;
  const effect = owed.find(({ kind }) => kind === 'survey');
  if (survey === undefined || effect === undefined) return organization;
  if (survey.left.length > 0) return replaceEffect(organization, effect.id, { dueAt: now, attempts: 0 });
  const next = new Date(Math.max(survey.startedAt.getTime() + surveyEveryMs, now.getTime()));
  const over = replaceEffect({ ...organization, survey: undefined }, effect.id, { dueAt: next, attempts: 0 });
  return concluded(over, { at: now, unread: survey.unread });
}

/** Messages show what was not read. */
function concluded(organization: Organization, surveyed: Surveyed): Organization {
  const before = organization.surveyed;
  const next = { ...organization, surveyed };
  const shown = ({ unread = [], notListed }: Partial<Surveyed> = {}): string => JSON.stringify([unread, notListed]);
  return shown(before) === shown(surveyed) ? next : touched(next);
}
