import type { Clock } from '../../clock.ts';
import { advice, type Check, type Finding, good, type Mender, unknown, wrong } from '../../findings.ts';
import { secretWarnings } from '../../grants/secret-expiry.ts';
import { type ProviderChecks, ProviderError, type ProviderErrorCode } from '../provider.ts';
import { readBlock } from './block.ts';
import type { CallBudget } from './call-budget.ts';
import type { ClusterHosts } from './cluster-hosts.ts';
import { checkProjects, type ProjectsChecked } from './project-checks.ts';
import { type Account, readItself, secretExpiry } from './service-account.ts';

const dayMs = 24 * 60 * 60_000;
/** What waiting does not mend, and who does. */
const menders: Partial<Record<ProviderErrorCode, { readonly who: Mender; readonly mend?: string }>> = {
  unauthorized: { who: 'operator' },
  'secret-unreadable': { who: 'operator' },
  forbidden: { who: 'vendor-owner' },
  'not-found': { who: 'operator', mend: 'Check the id of the organization in the settings.' },
};

interface AtlasChecksOptions {
  readonly organizationId: string;
  readonly everyday: Account;
  readonly budget: CallBudget;
  /** The account that switches the block. */
  readonly second?: Account;
  readonly clock: Clock;
}

/** What there is to check about Atlas. What several checks rest on is read once. */
export function atlasChecks(
  { organizationId, everyday, budget, second, clock }: AtlasChecksOptions,
  { databaseHosts, manages }: ProviderChecks,
): { readonly everyday: readonly Check[]; readonly second: readonly Check[] } {
  const accepted = once((signal) => readBlock(everyday.api, organizationId, signal));
  const itself = once((signal) => readItself(everyday, organizationId, signal));
  const projects = once((signal) => checkProjects(everyday, organizationId, { manages, signal }));
  /** What the account cannot do at all is told by the first check. */
  const ifAccepted =
    (look: (signal: AbortSignal) => Promise<readonly Finding[]>) =>
    async (signal: AbortSignal): Promise<readonly Finding[]> =>
      (await succeeds(accepted(signal))) ? look(signal) : [];

  return {
    everyday: [
      {
        name: 'account',
        subject: 'The service account',
        atStart: true,
        async run(signal) {
          return refusalAsFinding(async () => {
            const blocked = await accepted(signal);
            return [
              good(`The service account is accepted, and the block can be read: it is ${blocked ? 'on' : 'off'}.`),
            ];
          });
        },
      },
      {
        name: 'account-roles',
        subject: "The service account's roles and secret",
        run: ifAccepted(async (signal) => {
          const found = await itself(signal);
          if (found === undefined) return [unseen(everyday)];
          return [...everydayRoles(found.roles ?? []), ...(await expiryFindings(everyday, found, clock.now()))];
        }),
      },
      {
        name: 'project-roles',
        subject: "The service account's roles in the projects",
        run: ifAccepted(async (signal) => {
          const { findings, unseenIn } = await projects(signal);
          const isOwner = (await itself(signal))?.roles?.includes('ORG_OWNER') === true;
          return [...findings, ...(isOwner || unseenIn === undefined ? [] : [unseenIn])];
        }),
      },
      {
        name: 'database-apart',
        subject: 'Whether the records are kept on a cluster that is guarded',
        run: ifAccepted(async (signal) => apart(await databaseHosts(), await projects(signal))),
      },
      {
        name: 'rate-limits',
        subject: 'The rate limits',
        run: ifAccepted(async (signal) => {
          await Promise.allSettled([itself(signal), projects(signal)]);
          return [headroom(budget)];
        }),
      },
    ],
    second: second === undefined ? [] : [secondAccount(second, organizationId, clock)],
  };
}

function secondAccount(account: Account, organizationId: string, clock: Clock): Check {
  return {
    name: 'block-account',
    subject: 'The service account that switches the block',
    run: (signal) =>
      refusalAsFinding(async () => {
        const found = await readItself(account, organizationId, signal);
        if (found === undefined) return [unseen(account)];
        const roles = found.roles ?? [];
        const mayBlock = roles.includes('ORG_OWNER')
          ? good('The service account that switches the block is accepted, and holds Organization Owner.')
          : wrong('The service account that switches the block lacks Organization Owner: it cannot switch it.', {
              mend: 'Give it that role, or take it out of the settings: then people are led to the page in Atlas.',
              who: 'vendor-owner',
            });
        return [mayBlock, ...(await expiryFindings(account, found, clock.now()))];
      }),
  };
}

/** Beyond these an account can do harm that Portcullis has no need of. */
const enough = ['ORG_MEMBER', 'ORG_READ_ONLY'];

function everydayRoles(roles: readonly string[]): Finding[] {
  const more = roles.filter((role) => !enough.includes(role));
  if (more.length === 0) return [good('Over the organization the service account holds no more than it needs.')];
  return [
    advice(`Over the organization the service account holds more than it needs: ${more.join(', ')}.`, {
      mend: 'Leave it Organization Member: whoever steals it can do no more than it.',
      who: 'vendor-owner',
    }),
  ];
}

async function expiryFindings(
  account: Account,
  found: Parameters<typeof secretExpiry>[1],
  now: Date,
): Promise<Finding[]> {
  const expiresAt = await secretExpiry(account, found);
  if (expiresAt === undefined) return [];
  const leftMs = expiresAt.getTime() - now.getTime();
  const what = `The secret of ${account.words} expires on ${expiresAt.toISOString().slice(0, 10)}`;
  if (leftMs > secretWarnings.adviceMs) return [good(`${what}.`)];
  const mending = {
    mend: 'Make a new one in Atlas and give it to Portcullis: without it no access is opened, closed or seen.',
    who: 'vendor-owner',
  } as const;
  const days = Math.floor(leftMs / dayMs);
  const soon = `${what}, ${days > 1 ? `in ${days} days` : 'within two days'}.`;
  return [leftMs > secretWarnings.wrongMs ? advice(soon, mending) : wrong(soon, mending)];
}

const unseen = ({ words }: Account): Finding =>
  unknown(`What roles ${words} holds over the organization, and when its secret expires, cannot be seen by it.`);

function apart(hosts: readonly string[], { clusters, unread }: ProjectsChecked): readonly Finding[] {
  const known = new Set(hosts);
  const guarded = clusters.find((cluster: ClusterHosts) => cluster.hosts.some((host) => known.has(host)));
  if (guarded !== undefined) {
    return [
      wrong(`The records are kept on the cluster ${guarded.name}, which Portcullis guards.`, {
        mend: 'Move them out of this organization: trouble there would take with it what has to close access to it.',
        who: 'operator',
      }),
    ];
  }
  if (unread > 0) return [unknown('Whether the records are kept on a cluster that could not be read is not known.')];
  return [good('The records are kept on none of the clusters that Portcullis guards.')];
}

function headroom(budget: CallBudget): Finding {
  const sets = budget.known();
  const words = sets.map(({ name, left, capacity }) => `${left} of ${capacity} under /${name}`).join(', ');
  if (sets.length === 0) return good('Atlas names no rate limit.');
  if (!sets.some(({ scarce }) => scarce)) return good(`Of the calls that Atlas takes at once, left now: ${words}.`);
  return advice(`Few of the calls that Atlas takes at once are left now: ${words}. The last are kept for closing.`, {
    mend: 'Nothing, if it passes. If it lasts, see what else calls Atlas for this organization.',
    who: 'operator',
  });
}

/** What a person has to mend, as Atlas's refusal says it. Anything else is thrown on. */
async function refusalAsFinding(look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const mending = error instanceof ProviderError ? menders[error.code] : undefined;
    if (mending === undefined || !(error instanceof ProviderError)) throw error;
    return [wrong(error.message, mending)];
  }
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Whoever asks first has it read. */
function once<T>(read: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let reading: Promise<T> | undefined;
  return (signal) => {
    reading ??= read(signal);
    return reading;
  };
}
