import { promises as dns, type LookupAddress } from 'node:dns';
import { advice, type Check, type Finding, good, listed, type Mender, wrong } from '../../findings.ts';
import { hostOf, isPrivateAddress } from '../../webhook/private-addresses.ts';
import { ProviderError, type ProviderErrorCode, type TargetRef } from '../provider.ts';
import type { PortalCalls } from './portal-calls.ts';
import { addressesOf, type PortalPush } from './push-schema.ts';

/** What waiting does not mend, and who does. */
const menders: Partial<Record<ProviderErrorCode, Mender>> = {
  unauthorized: 'operator',
  'secret-unreadable': 'operator',
  forbidden: 'vendor-owner',
  'not-found': 'operator',
  invalid: 'operator',
  'bad-answer': 'operator',
};

interface PortalChecksOptions {
  readonly vendor: string;
  readonly targets: readonly TargetRef[];
  readonly pushed?: { readonly push: PortalPush; readonly calls: PortalCalls };
  readonly pull: boolean;
}

/** What there is to check of a portal, by looking only: no call that changes anything is made. */
export function portalChecks({ vendor, targets, pushed, pull }: PortalChecksOptions): readonly Check[] {
  return [...(pushed === undefined ? [] : pushChecks(vendor, targets, pushed)), ...(pull ? [asksItself(vendor)] : [])];
}

function pushChecks(
  vendor: string,
  targets: readonly TargetRef[],
  { push, calls }: NonNullable<PortalChecksOptions['pushed']>,
): Check[] {
  const template = push.status;
  return [
    {
      name: 'portal-addresses',
      subject: `The addresses of ${vendor}`,
      run: async () => {
        const hosts = new Set(addressesOf(push).map(([, address]) => hostOf(new URL(address))));
        const guarded = [...hosts].filter((host) => !push.allowPrivate.includes(host));
        const found = await Promise.all(guarded.map(whereItLeads));
        const problems = found.flat();
        return problems.length > 0 ? problems : [good(`The addresses of ${vendor} may be called.`)];
      },
    },
    {
      name: 'portal-account',
      subject: `What Portcullis proves itself to ${vendor} with`,
      atStart: true,
      run: (signal) =>
        refusalAsFinding(async () => {
          await calls.authorized(signal);
          const what = push.auth.kind === 'oauth' ? 'gave Portcullis a token' : 'has a secret to be called with';
          return good(`${vendor} ${what}.`);
        }),
    },
    {
      name: 'portal-status',
      subject: `What ${vendor} shows of its switch`,
      run: async (signal) => {
        if (template === undefined) return [unread(vendor)];
        const found = await Promise.all(
          targets.map((target) =>
            refusalAsFinding(async () => {
              const { state } = await calls.status(template, target, signal);
              return good(`The switch of ${target.name} can be read: it is ${state}.`);
            }),
          ),
        );
        return found.flat();
      },
    },
  ];
}

const unread = (vendor: string): Finding =>
  advice(`${vendor} is not asked what is open: what people are told is what it accepted last.`, {
    mend: 'Give `status` in its configuration, if it has an address for that: then a switch used by hand is noticed.',
    who: 'operator',
  });

const asksItself = (vendor: string): Check => ({
  name: 'portal-asks',
  subject: `How ${vendor} learns what is open`,
  run: async () => [good(`${vendor} asks Portcullis: what the records say is what counts.`)],
});

async function whereItLeads(host: string): Promise<Finding[]> {
  const who = 'operator';
  let found: LookupAddress[];
  try {
    found = await dns.lookup(host, { all: true });
  } catch {
    return [wrong(`The name ${host} leads nowhere from this server.`, { mend: 'Correct it, or see to DNS.', who })];
  }
  const inside = found.map(({ address }) => address).filter(isPrivateAddress);
  if (inside.length === 0) return [];
  const mend = 'If that is meant, name the host in `allowPrivate`.';
  return [wrong(`The name ${host} leads to a private network (${listed(inside)}), and is not called.`, { mend, who })];
}

/** What a person has to mend, as the portal's refusal says it. Anything else is thrown on. */
async function refusalAsFinding(look: () => Promise<Finding>): Promise<Finding[]> {
  try {
    return [await look()];
  } catch (error) {
    const who = error instanceof ProviderError ? menders[error.code] : undefined;
    if (who === undefined || !(error instanceof ProviderError)) throw error;
    return [wrong([error.message, error.detail].filter((part) => part).join(' '), { who })];
  }
}
