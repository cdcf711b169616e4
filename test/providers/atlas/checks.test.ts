import { expect, it, onTestFinished } from 'vitest';
import { createAtlasProvider } from '../../../src/providers/atlas/atlas-provider.ts';
import { observing } from '../../../src/providers/observing.ts';
import { demoEverydayAccount, demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { startAtlas } from '../../../src/sandbox/atlas/server.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';

async function stage(capacity = 100) {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const rateLimits = { organization: { capacity, refillPerMinute: 5 } };
  const atlas = await startAtlas({ clock, seed: demoSeed, rateLimits });
  onTestFinished(() => atlas.close());
  const { clientId, clientSecret } = demoEverydayAccount;
  const provider = createAtlasProvider({
    baseUrl: atlas.url,
    organizationId: demoSeed.organizationId,
    credentials: { clientId, clientSecret: async () => clientSecret },
    clock,
  });
  const found = async (name: string, by = provider) => {
    const { everyday } = by.checks({ databaseHosts: async () => ['records.example.net'], manages: true });
    const check = everyday.find((other) => other.name === name);
    return check?.run(new AbortController().signal);
  };
  return { atlas, provider, found };
}

it.each([
  [100, 'good', 'Of the calls that Atlas takes at once, left now: 97 of 100 under /orgs.'],
  [
    6,
    'advice',
    'Few of the calls that Atlas takes at once are left now: 3 of 6 under /orgs. The last are kept for closing.',
  ],
])('tells what is left of a rate limit of %i', async (capacity, state, what) => {
  const { found } = await stage(capacity);
  expect(await found('rate-limits')).toEqual([expect.objectContaining({ state, what })]);
});

it('asks for no role to open access where Portcullis only observes', async () => {
  const { atlas, provider, found } = await stage();
  const projectRoles = Object.values(demoProjects).map((projectId) => ({ projectId, roles: ['GROUP_READ_ONLY'] }));
  atlas.state.setServiceAccountRoles(demoEverydayAccount.clientId, { projectRoles });
  expect(await found('project-roles')).toMatchObject(Array(3).fill({ state: 'wrong' }));
  expect(await found('project-roles', observing(provider))).toEqual([
    {
      state: 'good',
      what: 'The service account may see clusters and their access in payments, analytics and platform.',
    },
  ]);
});

it('tells when secrets expire, where the account may see itself', async () => {
  const { atlas, provider } = await stage();
  atlas.state.setSecretExpiry(demoEverydayAccount.clientId, new Date('2026-03-09T00:00:00Z'));
  expect(await provider.secretExpiries()).toEqual([
    { account: 'the service account', expiresAt: new Date('2026-03-09T00:00:00Z') },
  ]);
  atlas.addFault({ kind: 'status', status: 403, call: 'readServiceAccount' });
  expect(await provider.secretExpiries()).toEqual([]);
});
