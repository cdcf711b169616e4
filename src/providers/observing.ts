import { type Provider, ProviderError } from './provider.ts';

/**
 * The same provider for a Portcullis that only observes: what reads goes through, what changes anything throws `observing`
 * before any call is made.
 */
export function observing(provider: Provider): Provider {
  const refuse = async (): Promise<never> => {
    throw new ProviderError(notManaging.code, notManaging.message, { effect: 'none', temporary: true });
  };
  return {
    ...provider,
    capabilities: { ...provider.capabilities, canSetBlock: false, observes: true },
    setBlock: refuse,
    openAccess: refuse,
    closeAccess: refuse,
    checks: (about) => provider.checks({ ...about, manages: false }),
  };
}

/** Why a change that the record asks for is not made, in words for people. */
export const notManaging = {
  code: 'observing',
  message: 'Portcullis only observes at present, and changes nothing itself.',
} as const;
