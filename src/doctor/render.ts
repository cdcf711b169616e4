import type { Finding, Mender } from '../findings.ts';
import { type Found, isTrouble } from './diagnose.ts';

const marks: Readonly<Record<Finding['state'], string>> = {
  good: '✓',
  wrong: '✗',
  away: '✗',
  advice: '!',
  unknown: '?',
};

const menders: Readonly<Record<Mender, string>> = {
  operator: 'whoever runs Portcullis',
  'slack-admin': 'whoever manages the Slack app or the workspace',
  'channel-member': 'a member of the channel',
  'vendor-owner': 'an organization owner',
  'owner-in-slack': 'an organization owner, in Slack',
};

/** For people: a line for each finding, and below it how to mend it and who can, where it does not say so itself. */
export function renderText(found: readonly Found[]): string {
  const areas = [...new Set(found.map(({ area }) => area))];
  const parts = areas.map((area) => [area, ...found.filter((one) => one.area === area).flatMap(linesOf)].join('\n'));
  return `${[...parts, summary(found)].join('\n\n')}\n`;
}

function linesOf(finding: Finding): string[] {
  const first = `  ${marks[finding.state]} ${finding.what}`;
  if (!('mend' in finding) || finding.mend === undefined) return [first];
  return [first, `    ${finding.mend} Who can: ${menders[finding.who]}.`];
}

function summary(findings: readonly Finding[]): string {
  const count = (states: readonly Finding['state'][]): number =>
    findings.filter(({ state }) => states.includes(state)).length;
  const troubles = count(['wrong', 'away']);
  const parts = [
    ...(troubles === 0 ? ['Nothing is wrong'] : [troubles === 1 ? '1 thing is wrong' : `${troubles} things are wrong`]),
    ...(count(['advice']) === 0 ? [] : [`${count(['advice'])} could be better`]),
    ...(count(['unknown']) === 0 ? [] : [`${count(['unknown'])} cannot be known from here`]),
  ];
  return `${parts.join(', ')}.`;
}

/** For programs: `{"ok":…,"findings":[{"area":…,"check":…,"state":…,"what":…,"mend":…,"who":…},…]}` on one line. */
export function renderJson(found: readonly Found[]): string {
  return `${JSON.stringify({ ok: !found.some(isTrouble), findings: found })}\n`;
}
