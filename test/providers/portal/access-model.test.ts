import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProviderError } from '../../../src/providers/provider.ts';
import { inHours, startPortalBench, target } from './portal-bench.ts';

type Bench = Awaited<ReturnType<typeof startPortalBench>>;
type Step = (bench: Bench) => Promise<void>;

/** Whatever becomes of it: that it failed is part of the story. */
async function tried(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error;
  });
}

const ended = (bench: Bench, hours: number): Date => inHours(hours, bench.clock.now());
const spoiled =
  (call: 'open' | 'close', kind: 'lost-answer' | 'status'): Step =>
  async ({ portal }) => {
    portal.addFault(kind === 'status' ? { call, kind, status: 503, times: 1 } : { call, kind, times: 1 });
  };

const steps: Readonly<Record<string, Step>> = {
  'opens for an hour': (bench) => tried(bench.provider.openAccess(target, 'portal', ended(bench, 1))),
  'opens for a day': (bench) => tried(bench.provider.openAccess(target, 'portal', ended(bench, 24))),
  closes: ({ provider }) => tried(provider.closeAccess(target)),
  reads: ({ provider }) => tried(provider.readAccess(target)),
  'half an hour goes by': async ({ clock }) => clock.tick(30 * 60_000),
  'a person closes': async ({ portal }) => portal.switches.disable('acme'),
  'a person opens': async (bench) => bench.portal.switches.enable('acme', 'portal', ended(bench, 2)),
  'the next opening is not answered': spoiled('open', 'lost-answer'),
  'the next closing is not answered': spoiled('close', 'lost-answer'),
  'the next opening does not work': spoiled('open', 'status'),
  'the next closing does not work': spoiled('close', 'status'),
};
const story = fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 12 });

async function told(bench: Bench, names: readonly string[]): Promise<void> {
  for (const name of names) await steps[name]?.(bench);
  bench.portal.clearFaults();
}

const runs = { numRuns: 60 };

it('a portal that can be read opens and closes, whatever came before', async () => {
  const bench = await startPortalBench();
  await fc.assert(
    fc.asyncProperty(story, async (names) => {
      await told(bench, names);
      const shown = bench.portal.switches.status('acme');
      expect((await bench.provider.readAccess(target)).state).toBe(shown.enabled ? 'open' : 'closed');
      const until = ended(bench, 3);
      await bench.provider.openAccess(target, 'portal', until);
      expect(await bench.provider.readAccess(target)).toEqual({ state: 'open', type: 'portal', until });
      await bench.provider.closeAccess(target);
      expect(bench.portal.switches.status('acme')).toEqual({ enabled: false });
    }),
    runs,
  );
});

it('a portal that cannot be read is closed where it may be open by us', async () => {
  const bench = await startPortalBench(() => ({ status: undefined }));
  await fc.assert(
    fc.asyncProperty(story, async (names) => {
      await told(
        bench,
        names.filter((name) => !name.startsWith('a person')),
      );
      const reading = await bench.provider.readAccess(target, { toClose: true });
      if (reading.state === 'open') await bench.provider.closeAccess(target);
      expect(bench.portal.switches.status('acme')).toEqual({ enabled: false });
    }),
    runs,
  );
});
