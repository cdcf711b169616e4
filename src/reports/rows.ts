import type { AccessType } from '../grants/access-types.ts';
import { approvalsInForce, type Grant } from '../grants/grant.ts';
import type { TargetNoun } from '../grants/target-noun.ts';
import type { Report } from './report.ts';

/** What a report calls things: the provider's words. */
export interface Vocabulary {
  readonly accessTypes: readonly AccessType[];
  readonly vendor: string;
  readonly supportStaff: string;
  readonly targetNoun: TargetNoun;
}

/** One line of a report as a table. */
export interface Row {
  readonly what: string;
  readonly target?: string;
  readonly project?: string;
  /** In words for people. */
  readonly type?: string;
  readonly from: Date;
  readonly to: Date;
  readonly grant?: Grant;
  /** What the vendor's staff did, and who of them, as the vendor recorded it. */
  readonly did?: string;
  readonly by?: string;
}

export const typeLabel = ({ accessTypes }: Vocabulary, id: string): string =>
  accessTypes.find((type) => type.id === id)?.label ?? id;

/** What was open, target by target in the order of the report. */
export const openRows = (report: Report, vocabulary: Vocabulary): Row[] =>
  report.targets.flatMap(({ target, periods }) =>
    periods.map(({ grant, seen, type, from, to }) => ({
      what: seen ? 'open' : 'may have been open',
      target: target.name,
      project: target.projectName,
      type: typeLabel(vocabulary, type),
      from,
      to,
      grant,
    })),
  );

/** What the vendor's staff did, target by target. */
export const activityRows = ({ targets }: Pick<Report, 'targets'>): Row[] =>
  targets.flatMap(({ target, activity }) =>
    activity.map(({ at, words, type, on, by }) => ({
      what: 'staff activity',
      target: target.name,
      project: target.projectName,
      from: at,
      to: at,
      did: `${words ?? type}${on === 'target' ? '' : ' (in the organization)'}`,
      by,
    })),
  );

const postureWords = { blocked: 'blocked', 'not-blocked': 'not blocked', unknown: 'not known' };

/** How the organization stood, oldest first. */
export const postureRows = ({ posture }: Pick<Report, 'posture'>): Row[] =>
  posture.map(({ state, from, to }) => ({ what: postureWords[state], from, to }));

/** Who asked; nobody did where access was found open. */
export const askedBy = ({ requestedBy }: Grant): string => requestedBy?.name ?? '';

export const approvedBy = (grant: Grant): string =>
  approvalsInForce(grant)
    .map(({ by }) => by.name)
    .join(', ');
