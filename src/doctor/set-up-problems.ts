import type { Finding } from '../findings.ts';
import { examine } from './examine.ts';
import { type SetUpOptions, setUpChecks } from './set-up-checks.ts';

/**
 * What is wrong with the set-up and somebody has to mend before the bot can start, each with what to do. What cannot be asked
 * is not wrong; and what owners mend in Slack, they mend in a bot that runs.
 */
export async function setUpProblems(options: SetUpOptions): Promise<string[]> {
  const { log } = options;
  const checks = setUpChecks(options).filter(({ check }) => check.atStart === true);
  const findings = (await Promise.all(checks.map(({ check }) => examine(check, log)))).flat();
  for (const { state, what } of findings) {
    if (state === 'away') log.warn({ what }, 'A part of the set-up could not be checked; going on without');
  }
  return findings.filter(stopsTheStart).map(sentencesOf);
}

const stopsTheStart = (finding: Finding): boolean => finding.state === 'wrong' && finding.who !== 'owner-in-slack';

const sentencesOf = (finding: Finding): string =>
  'mend' in finding && finding.mend !== undefined ? `${finding.what} ${finding.mend}` : finding.what;
