import { expect } from 'vitest';
import { ProviderError } from '../../src/providers/provider.ts';

/** The `ProviderError` a call ends with; anything else fails the test. */
export async function errorOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.then(
    () => 'no error',
    (error: unknown) => error,
  );
  if (outcome instanceof ProviderError) return outcome;
  return expect.fail(`Expected a ProviderError, got ${String(outcome)}`);
}
