import { type Organization, withOrganizationNote } from './organization.ts';

const dayMs = 24 * 60 * 60_000;

/** How long before a secret expires that is advice, and how long before it is wrong: to make a new one takes people. */
export const secretWarnings = { adviceMs: 30 * dayMs, wrongMs: 7 * dayMs } as const;

/** People are told when less than so much is left. */
const limitsMs = [dayMs, secretWarnings.wrongMs, secretWarnings.adviceMs];

/** When the secret of one of the accounts that call the provider expires. */
export interface SecretExpiry {
  /** As sentences name it. */
  readonly account: string;
  readonly expiresAt: Date;
}

/** The last that people were told of an account's secret. */
export interface SecretTold extends SecretExpiry {
  readonly limitMs: number;
}

/** What people have not been told yet of these secrets: each of a limit once, and another secret from the beginning. */
export function secretsToTell(
  { secretsTold = [] }: Pick<Organization, 'secretsTold'>,
  expiries: readonly SecretExpiry[],
  now: Date,
): SecretTold[] {
  return expiries.flatMap(({ account, expiresAt }) => {
    const limitMs = limitsMs.find((ms) => expiresAt.getTime() - now.getTime() <= ms);
    const isTold = secretsTold.some(
      (told) =>
        told.account === account &&
        told.expiresAt.getTime() === expiresAt.getTime() &&
        limitMs !== undefined &&
        told.limitMs <= limitMs,
    );
    return limitMs === undefined || isTold ? [] : [{ account, expiresAt, limitMs }];
  });
}

/** The channel is owed a note of each. The same object when there is nothing to tell. */
export function secretsSeen(organization: Organization, expiries: readonly SecretExpiry[], now: Date): Organization {
  const news = secretsToTell(organization, expiries, now);
  if (news.length === 0) return organization;
  const others = (organization.secretsTold ?? []).filter((told) =>
    news.every(({ account }) => account !== told.account),
  );
  const noted = news.reduce(
    (doc, { account, expiresAt }) => withOrganizationNote(doc, { type: 'secret-expires', account, expiresAt }, now),
    organization,
  );
  return { ...noted, secretsTold: [...others, ...news] };
}
