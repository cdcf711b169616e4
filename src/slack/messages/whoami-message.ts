import type { LinkStanding } from '../../grants/links.ts';
import type { Policy } from '../../grants/policy.ts';
import type { WhoAmI } from '../../operations/who-am-i.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph } from './blocks.ts';
import { fact } from './grant-parts.ts';
import { whyAndWho } from './refusal-words.ts';
import { atAndAgo, bold, listed, say, type Words } from './words.ts';

export interface WhoamiContext {
  readonly capabilities: Pick<ProviderCapabilities, 'vendor' | 'targetNoun' | 'hasDirectory' | 'deciderRoles'>;
  readonly policy: Pick<Policy, 'deciders' | 'owners' | 'ownApprovalCounts' | 'approvalsNeeded'>;
}

export type WhoamiView = Pick<WhoAmI, 'projects'> & {
  readonly caller: Pick<WhoAmI['caller'], 'person' | 'account' | 'roles' | 'readAt'>;
  readonly may: Pick<WhoAmI['may'], 'approve' | 'block'>;
  /** Others who may decide. */
  readonly others: readonly Words[];
};

const mostProjects = 10;

/** How somebody is known and what they may decide. */
export function whoamiMessage(view: WhoamiView, { capabilities, policy }: WhoamiContext): OutgoingMessage {
  const { caller, may, projects } = view;
  const { vendor, hasDirectory } = capabilities;
  return message(
    paragraph(
      bold(headline(view, capabilities)),
      may.approve.allowed
        ? undefined
        : whyAndWho(may.approve.reason, {
            doing: 'decide about support access',
            others: view.others,
            vendor,
            hasDirectory,
          }),
      mayBlockWords(view),
    ),
    paragraph(
      fact('Slack', say`${caller.person.name}, ${caller.person.email ?? 'no e-mail address'}`),
      hasDirectory ? fact(vendor, accountWords(view)) : undefined,
      linkFact(caller.roles.link),
      caller.roles.organizationRoles.length === 0
        ? undefined
        : fact('Roles in the organization', say`${caller.roles.organizationRoles.join(', ')}`),
      ...projects
        .slice(0, mostProjects)
        .map(({ name, roles }) => fact(`Roles in project ${name}`, say`${roles.join(', ')}`)),
      projects.length > mostProjects ? say`and in ${projects.length - mostProjects} more projects` : undefined,
      readWords(caller),
    ),
    paragraph(fact('Rules here', policyWords(policy, capabilities))),
  );
}

function mayBlockWords({ may }: WhoamiView): Words | undefined {
  if (!may.block.allowed) return undefined;
  return may.approve.allowed
    ? say`You may also block support access for the organization.`
    : say`You may still deny, revoke, and block support access for the organization.`;
}

function headline(
  { caller, may, projects }: WhoamiView,
  { targetNoun, hasDirectory, deciderRoles: { owner, projectDecider } }: WhoamiContext['capabilities'],
): Words {
  const { name } = caller.person;
  if (!may.approve.allowed) return say`You, ${name}, may not decide about support access`;
  if (!hasDirectory || caller.roles.organizationRoles.some((role) => owner.includes(role))) {
    return say`You, ${name}, may decide about support access to every ${targetNoun.one}`;
  }
  const decided = projects.filter(({ roles }) => roles.some((role) => projectDecider.includes(role)));
  const names = decided.map((project) => say`${project.name}`);
  return say`You, ${name}, may decide about support access to the ${targetNoun.many} of ${listed(names, mostProjects)}`;
}

function accountWords({ caller: { account, person, roles } }: WhoamiView): Words {
  if (account !== undefined) {
    const { name, email, active } = account;
    // An account without a name yet goes by its address.
    return say`${name === email ? email : `${name}, ${email}`}${active ? '' : ', not active'}`;
  }
  if (roles.source === 'unavailable') return say`cannot be read right now`;
  return person.email === undefined
    ? say`not found without an e-mail address`
    : say`no account with this e-mail address`;
}

/** Only those who may decide are linked: where there is no link, why somebody may not decide has been said already. */
function linkFact(link: LinkStanding): Words | undefined {
  switch (link) {
    case 'none':
      return undefined;
    case 'linked':
      return fact('Link between the two', say`confirmed`);
    case 'pending':
      return fact('Link between the two', say`waits for another organization owner to confirm it`);
  }
}

function readWords({ roles, readAt }: WhoamiView['caller']): Words | undefined {
  if (readAt === undefined || roles.source === 'unavailable') return undefined;
  return roles.source === 'last-known'
    ? say`Last read ${atAndAgo(readAt)}. What opens access needs a newer reading.`
    : say`Read ${atAndAgo(readAt)}.`;
}

function policyWords(policy: WhoamiContext['policy'], capabilities: WhoamiContext['capabilities']): Words {
  const { vendor, hasDirectory } = capabilities;
  const fromRoles =
    policy.deciders === 'org-owners'
      ? `Organization owners in ${vendor} decide`
      : `Organization owners in ${vendor} decide, and for a project its owners and support access managers`;
  const named = policy.owners.length === 0 ? '' : ', if the settings of Portcullis name them';
  const who = hasDirectory ? `${fromRoles}${named}` : 'Whoever runs Portcullis names who decides';
  const needed =
    policy.approvalsNeeded === 1 ? 'One approval is enough' : `${policy.approvalsNeeded} approvals are needed`;
  const own = policy.ownApprovalCounts ? 'your own counts' : 'your own does not count';
  return say`${who}. ${needed}; ${own}.`;
}
