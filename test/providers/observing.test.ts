import { expect, it } from 'vitest';
import { observing } from '../../src/providers/observing.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { MemoryProvider } from '../work/memory-provider.ts';

const target = { id: 'p/c', name: 'c', projectId: 'p' };

it('reads, and throws a stable error where a call would change something', async () => {
  const provider = observing(new MemoryProvider());
  expect(provider.capabilities).toMatchObject({ observes: true, canSetBlock: false });
  expect(await provider.readBlock()).toHaveProperty('blocked');
  for (const change of [
    () => provider.setBlock(true),
    () => provider.openAccess(target, 'LOGS', new Date()),
    () => provider.closeAccess(target),
  ]) {
    const thrown = await change().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProviderError);
    expect(thrown).toMatchObject({ code: 'observing', effect: 'none' });
  }
});
