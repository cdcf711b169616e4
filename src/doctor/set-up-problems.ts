import type { Finding } from '../findings.ts';
import { examine } from './examine.ts';
import { type PlacedCheck, type SetUpOptions, setUpChecks } from './set-up-checks.ts';

export interface SetUpProblem {
  /** The key of the one whose alone it is, where there are several. */
  readonly organization?: string;
  /** For people, with what to do. */
  readonly sentence: string;
}

/**
 * What is wrong with the set-up and somebody has to mend before the bot can start, each with what to do. What cannot be asked
 * is not wrong; and what owners mend in Slack, they mend in a bot that runs.
 */
export async function setUpProblems(options: SetUpOptions): Promise<SetUpProblem[]> {
  const { log } = options;
  const checks = setUpChecks(options).filter(({ check }) => check.atStart === true);
  const found = await Promise.all(
    checks.map(async (placed) => (await examine(placed.check, log)).map((finding) => ({ placed, finding }))),
  );
  for (const { placed, finding } of found.flat()) {
    if (finding.state !== 'away') continue;
    log.warn({ what: told(placed, finding.what) }, 'A part of the set-up could not be checked; going on without');
  }
  return found
    .flat()
    .filter(({ finding }) => stopsTheStart(finding))
    .map(({ placed, finding }) => ({
      organization: placed.organization,
      sentence: told(placed, sentencesOf(finding)),
    }));
}

const stopsTheStart = (finding: Finding): boolean => finding.state === 'wrong' && finding.who !== 'owner-in-slack';

/** Whose it is, where there are several. */
const told = ({ organization, area }: PlacedCheck, words: string): string =>
  organization === undefined ? words : `${area}: ${words}`;

const sentencesOf = (finding: Finding): string =>
  'mend' in finding && finding.mend !== undefined ? `${finding.what} ${finding.mend}` : finding.what;
