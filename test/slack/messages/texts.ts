import type { PersonActor } from '../../../src/grants/grant.ts';
import type { ProviderCapabilities } from '../../../src/providers/provider.ts';
import * as sample from './samples.ts';

/** Everything in messages and forms that somebody else wrote: what people type, what they and clusters are called. */
export interface Texts {
  readonly reason: string;
  readonly caseUrl: string;
  /** With a denial, or an approval with changes. */
  readonly word: string;
  readonly person: string;
  readonly cluster: string;
  readonly project: string;
  readonly email: string;
  /** Of the provider, about itself. */
  readonly trouble: string;
  /** Of everything of which there may be many. */
  readonly count: number;
  /** Of the provider, what it calls everything. */
  readonly capabilities: ProviderCapabilities;
}

export const ordinary: Texts = {
  reason: 'Disk latency since 09:40, support wants to see the servers',
  caseUrl: 'https://support.example/case/01234567',
  word: 'Ask again after the release',
  person: 'Ada Asker',
  cluster: 'orders-prod',
  project: 'Shop',
  email: 'olivia.owner@meridian.example',
  trouble: 'Atlas has trouble of its own (HTTP 503).',
  count: 4,
  capabilities: sample.capabilities,
};

/** The same where the provider is no database but the portal of a security platform. */
export const ofPortals: Texts = {
  ...ordinary,
  trouble: 'Wardline has trouble of its own (HTTP 503).',
  capabilities: sample.portalCapabilities,
};

/**
 * The most that Portcullis takes (reason, case, word: 500 characters as a reader counts them), that Slack does (a name: 80)
 * and that Atlas does (a cluster or project: 64), and more than any error of a provider says.
 */
export const longest = (character: string): Texts => {
  const units = (length: number): string => character.repeat(length / character.length);
  return {
    reason: character.repeat(500),
    caseUrl: `https://support.example/${'&'.repeat(476)}`,
    word: character.repeat(500),
    person: units(80),
    cluster: units(64),
    project: units(64),
    email: `${'e'.repeat(242)}@example.com`,
    trouble: units(4_000),
    count: 100,
    capabilities: sample.capabilities,
  };
};

/** The same text wherever there is one. */
export const everywhere = (text: string): Texts => ({
  reason: text,
  caseUrl: 'https://support.example/1',
  word: text,
  person: text,
  cluster: text,
  project: text,
  email: text,
  trouble: text,
  count: 4,
  capabilities: sample.capabilities,
});

export const asker = ({ person }: Texts): PersonActor => ({ ...sample.ada, name: person });
export const owner = ({ person }: Texts): PersonActor =>
  person === ordinary.person ? sample.olivia : { ...sample.olivia, name: person };

export const askedWith = (texts: Texts): sample.Asked => ({
  reason: texts.reason,
  caseUrl: texts.caseUrl,
  name: texts.cluster,
  projectName: texts.project,
  by: asker(texts),
});
