import { advice, type Check, type Finding, good, listed, unknown, wrong } from '../findings.ts';
import type { Link, Organization } from '../grants/organization.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import type { OperationContext } from '../operations/context.ts';
import type { DirectoryPerson, Target } from '../providers/provider.ts';
import { mayDecide } from '../work/deciders.ts';
import type { People } from '../work/people.ts';

type PeopleContext = Pick<OperationContext, 'organizations' | 'organizationId' | 'provider' | 'people' | 'basePolicy'>;

/** How somebody with the right to decide stands in Slack. */
interface Decider {
  readonly person: DirectoryPerson;
  readonly standing: 'could-decide' | 'no-slack-account' | 'waits' | 'not-a-member' | 'not-named';
}

/** Each is looked up in Slack, which takes some fifty such calls a minute ("Rate limits" in its documentation). */
const mostPeople = 40;
const peopleAtOnce = 4;

/** Whether those who may decide can be told in Slack, and who could decide now. Nothing is linked by looking. */
export function peopleChecks(context: PeopleContext): Check[] {
  return [
    {
      name: 'deciders',
      subject: 'Who could decide',
      async run(signal) {
        const { organizations, organizationId, provider, people, basePolicy } = context;
        if (!provider.capabilities.hasDirectory) return namedFindings(context);
        const [organization, directory, targets] = await Promise.all([
          organizations.find(organizationId),
          provider.directory(signal),
          provider.listTargets(signal),
        ]);
        const policy = policyOf(organization ?? {}, basePolicy);
        const { deciderRoles } = provider.capabilities;
        const isOwner = (person: DirectoryPerson): boolean =>
          mayDecide(person, undefined, { deciders: 'org-owners' }, deciderRoles);
        const deciding = directory
          .filter((person) => mayDecide(person, undefined, policy, deciderRoles))
          .toSorted((a, b) => Number(isOwner(b)) - Number(isOwner(a)));
        const deciders = await standings(
          deciding.slice(0, mostPeople),
          organization?.links ?? [],
          policy,
          people,
          signal,
        );
        const isComplete = deciding.length <= mostPeople;
        const about = (person: DirectoryPerson, projectId: string | undefined): boolean =>
          mayDecide(person, projectId, policy, deciderRoles);
        return [
          ...byProject(deciders, targets, about).map((group) => groupFinding(group, policy, isComplete)),
          ...withoutSlack(deciders),
          ...waiting(deciders, organization),
        ];
      },
    },
  ];
}

/** Where the vendor names nobody, those decide whom the operator names. */
async function namedFindings({ organizations, organizationId, people, basePolicy }: PeopleContext): Promise<Finding[]> {
  const { owners, approvalsNeeded } = policyOf((await organizations.find(organizationId)) ?? {}, basePolicy);
  const named = await Promise.all(owners.slice(0, mostPeople).map((slackId) => people.read(slackId)));
  const able = named.filter(({ membership }) => membership === 'member');
  const unable = named.filter(({ membership }) => membership !== 'member').map(({ name }) => name);
  const enough = able.length >= approvalsNeeded;
  const who = listed(able.map(({ name }) => name));
  const mend = 'Name people with a full Slack account in `owners`.';
  return [
    enough
      ? good(`${who} could decide${approvalsNeeded > 1 ? `; ${approvalsNeeded} of them have to` : ''}.`)
      : wrong(
          able.length === 0
            ? 'Nobody could decide.'
            : `Only ${who} could decide, and ${approvalsNeeded} approvals are needed.`,
          {
            mend,
            who: 'operator',
          },
        ),
    ...(unable.length === 0
      ? []
      : [
          advice(`${listed(unable)} may decide, but is deactivated or no full member of the workspace.`, {
            mend,
            who: 'operator',
          }),
        ]),
  ];
}

async function standings(
  deciding: readonly DirectoryPerson[],
  links: readonly Link[],
  policy: Policy,
  people: People,
  signal: AbortSignal,
): Promise<Decider[]> {
  const deciders: Decider[] = [];
  for (let first = 0; first < deciding.length; first += peopleAtOnce) {
    signal.throwIfAborted();
    const some = deciding.slice(first, first + peopleAtOnce);
    deciders.push(
      ...(await Promise.all(
        some.map(async (person) => ({ person, standing: await standingOf(person, links, policy, people) })),
      )),
    );
  }
  return deciders;
}

/** As at their next click: an account that was never linked is linked then; a link that would change waits. */
async function standingOf(
  person: DirectoryPerson,
  links: readonly Link[],
  policy: Policy,
  people: People,
): Promise<Decider['standing']> {
  const slackId = await people.findByEmail(person.email);
  if (slackId === undefined) return 'no-slack-account';
  const link = links.find(({ accountId }) => accountId === person.id);
  const claimed = links.some((other) => other.slackId === slackId && other.accountId !== person.id);
  if (claimed || (link !== undefined && link.slackId !== slackId)) return 'waits';
  if (policy.owners.length > 0 && !policy.owners.includes(slackId)) return 'not-named';
  return (await people.read(slackId)).membership === 'member' ? 'could-decide' : 'not-a-member';
}

interface Group {
  /** Absent: there are no targets yet. */
  readonly projects?: readonly string[];
  readonly deciders: readonly DirectoryPerson[];
}

/** Projects about which the same people could decide, together. */
function byProject(
  deciders: readonly Decider[],
  targets: readonly Target[],
  about: (person: DirectoryPerson, projectId: string | undefined) => boolean,
): Group[] {
  const able = deciders.filter(({ standing }) => standing === 'could-decide').map(({ person }) => person);
  const names = new Map(targets.map(({ projectId, projectName }) => [projectId, projectName]));
  if (names.size === 0) return [{ deciders: able }];
  const groups = new Map<string, { projects: string[]; deciders: DirectoryPerson[] }>();
  for (const [projectId, name] of names) {
    const those = able.filter((person) => about(person, projectId));
    const key = those.map(({ id }) => id).join();
    const group = groups.get(key) ?? { projects: [], deciders: those };
    groups.set(key, { ...group, projects: [...group.projects, name] });
  }
  return [...groups.values()];
}

function groupFinding({ projects, deciders }: Group, { approvalsNeeded }: Policy, isComplete: boolean): Finding {
  const about = projects === undefined ? '' : ` about ${listed(projects)}`;
  const names = listed(deciders.map(({ name }) => name));
  if (deciders.length >= approvalsNeeded) {
    const needed = approvalsNeeded > 1 ? `; ${approvalsNeeded} of them have to` : '';
    return good(`${names} could decide${about}${needed}.`);
  }
  if (!isComplete) return unknown(`Who could decide${about} was not found among the first ${mostPeople} who may.`);
  const what =
    deciders.length === 0
      ? `Nobody could decide${about}.`
      : `Only ${names} could decide${about}, and ${approvalsNeeded} approvals are needed.`;
  return wrong(what, {
    mend: 'Whoever is to decide needs the role in the directory, and a full Slack account with the same e-mail address.',
    who: 'vendor-owner',
  });
}

function withoutSlack(deciders: readonly Decider[]): Finding[] {
  const emailsOf = (wanted: Decider['standing']): string[] =>
    deciders.filter(({ standing }) => standing === wanted).map(({ person }) => person.email);
  const unfound = emailsOf('no-slack-account');
  const unable = emailsOf('not-a-member');
  return [
    ...(unfound.length === 0
      ? []
      : [
          advice(`No Slack account has the e-mail address of ${listed(unfound)}, who may decide but cannot here.`, {
            mend: 'Give them an account with that address, if they are to decide.',
            who: 'slack-admin',
          }),
        ]),
    ...(unable.length === 0
      ? []
      : [
          advice(
            `The Slack account of ${listed(unable)} is deactivated or no full member, so that they cannot decide.`,
            {
              mend: 'Make them full members, or take their role away, if they have left.',
              who: 'slack-admin',
            },
          ),
        ]),
  ];
}

function waiting(deciders: readonly Decider[], organization: Organization | undefined): Finding[] {
  const pending = (organization?.links ?? []).filter((link) => link.pending !== undefined);
  const unclaimed = deciders
    .filter(({ standing, person }) => standing === 'waits' && pending.every(({ accountId }) => accountId !== person.id))
    .map(({ person }) => person.email);
  return [
    ...pending.map((link) => {
      const slackId = link.pending?.slackId;
      return advice(`The Slack account ${slackId} waits to act for ${link.email}.`, {
        mend: `Another owner confirms it in the channel, or an operator with \`link confirm ${link.email} ${slackId}\`.`,
        who: 'owner-in-slack',
      });
    }),
    ...unclaimed.map((email) =>
      advice(`Another Slack account than before has the e-mail address ${email}.`, {
        mend: 'Let them use a command of Portcullis: another owner is then asked to confirm it.',
        who: 'owner-in-slack',
      }),
    ),
  ];
}
