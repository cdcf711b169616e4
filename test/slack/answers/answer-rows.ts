import type { Organization } from '../../../src/grants/organization.ts';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import type { NotPermitted } from '../../../src/operations/context.ts';
import type { ProviderCapabilities } from '../../../src/providers/provider.ts';
import type { AnswerContext } from '../../../src/slack/answers/answer-context.ts';
import { Deciders } from '../../../src/work/deciders.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import type { Named } from '../messages/every-grant-message.ts';
import * as sample from '../messages/samples.ts';
import { ordinary, type Texts } from '../messages/texts.ts';

const { after, start } = sample;
export const reader = 'UOLIVIA';
export const byHandOnly = ({ capabilities }: Texts): ProviderCapabilities => ({ ...capabilities, canSetBlock: false });
const knownOwners = [
  { slackId: reader, name: 'Olivia Owner' },
  { slackId: 'UOSCAR', name: 'Oscar Second' },
  { slackId: 'UPRIYA', name: 'Priya Project' },
  { slackId: 'USAM', name: 'Sam Standby' },
];

/** Olivia reads; she and all the others are owners of the organization. */
export function contextOf(texts: Texts, of: Partial<Organization> = {}, offer = texts.capabilities) {
  const owners = Array.from({ length: texts.count }, (_, index) => ({
    accountId: `a${index}`,
    email: index === 0 ? texts.email : `${index}-${texts.email}`,
    slackId: knownOwners[index]?.slackId ?? `U${index}`,
    name: texts.person === ordinary.person ? (knownOwners[index]?.name ?? `U${index}`) : texts.person,
  }));
  const organization: Organization = {
    ...sample.organization(false),
    links: owners.map(({ accountId, email, slackId }) => ({ accountId, email, slackId, since: start })),
    ...of,
  };
  const role = { active: true, organizationRoles: offer.deciderRoles.owner, projectRoles: {} };
  const people = owners.map(({ accountId, email, name }) => ({ id: accountId, email, name, ...role }));
  const { _id } = organization;
  const record = { _id, schemaVersion: 1, rev: 0, version: 0, owed: [], effectCount: 0 } as const;
  const directories = { get: async () => ({ ...record, targets: [], people, refreshedAt: start }) };
  const unexpected = async () => {
    throw new Error('An answer changes nothing, and reads only what is stored');
  };
  const context: AnswerContext = {
    organizationId: _id,
    basePolicy: defaultPolicy,
    clock: { now: () => after(5), check: unexpected, standing: () => ({ kind: 'agrees' }) },
    log: { warn: () => {} },
    people: { read: async (slackId) => ({ slackId, name: texts.person, email: texts.email, membership: 'member' }) },
    provider: { capabilities: offer, readPerson: unexpected },
    organizations: { get: async () => organization, update: unexpected },
    directories,
    deciders: new Deciders(directories, defaultPolicy, offer),
    work: { organization: unexpected },
  };
  return { context, deciders: owners.map(({ slackId }) => slackId) };
}

export type Kinds<Outcome extends { readonly kind: string }, Row = Outcome> = {
  readonly [Kind in Outcome['kind']]: Named<Row & Extract<Outcome, { kind: Kind }>>;
};
export type Answer = OutgoingMessage | Promise<OutgoingMessage>;

/** Of each row, whatever its kind. */
export function answers<Row>(kinds: Readonly<Record<string, Named<Row>>>, answer: (row: Row) => Answer): Named<Answer> {
  const rows = Object.values(kinds).flatMap((named) => Object.entries(named));
  return Object.fromEntries(rows.map(([name, row]) => [name, answer(row)]));
}

/** Of clusters, the most that are named. */
export const nearestTo = ({ cluster }: Texts): string[] =>
  ['prod', 'test', 'stage'].map((word) => cluster.replace('prod', word));

export const notPermitted = (deciders: readonly string[]): NotPermitted => ({
  kind: 'not-permitted',
  reason: 'not-owner',
  deciders,
});
