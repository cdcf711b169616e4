import { expect, test } from 'vitest';
import { demoBlockAccount, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { basic, oauth, openAtlas, signIn } from './atlas-client.ts';

const settingsPath = `/orgs/${demoSeed.organizationId}/settings`;

test('limits an endpoint set per account and refills it with time', async () => {
  const { clock, everyday, owner } = await openAtlas({
    rateLimits: { organization: { capacity: 2, refillPerMinute: 5 } },
  });
  const read = (client = everyday) => client.call('GET', settingsPath, '2023-01-01');
  expect((await read()).headers.get('ratelimit-remaining')).toBe('1');
  expect(await read()).toMatchObject({ status: 200 });

  const refused = await read();
  expect(refused).toMatchObject({
    status: 429,
    body: { error: 429, errorCode: 'RATE_LIMITED_TOKEN_BUCKET', reason: 'Too Many Requests' },
  });
  expect(refused.headers.get('ratelimit-limit')).toBe('2');
  expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  expect(refused.headers.get('retry-after')).toBe('12');

  expect(await read(owner)).toMatchObject({ status: 200 });
  expect(await everyday.call('GET', '/clusters', '2023-01-01')).toMatchObject({ status: 200 });

  clock.tick(11_999);
  expect(await read()).toMatchObject({ status: 429 });
  clock.tick(1);
  expect(await read()).toMatchObject({ status: 200 });
  expect(await read()).toMatchObject({ status: 429 });
});

test('limits the token call', async () => {
  const { atlas } = await openAtlas({ rateLimits: { token: { capacity: 2, refillPerMinute: 10 } } });
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await oauth(atlas, 'token', basic(demoBlockAccount), form);
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('6');
});

test('a reset fills the buckets', async () => {
  const { atlas } = await openAtlas({ rateLimits: { token: { capacity: 2, refillPerMinute: 10 } } });
  await atlas.reset();
  const client = await signIn(atlas, demoBlockAccount);
  expect(await client.call('GET', settingsPath, '2023-01-01')).toMatchObject({ status: 200 });
});
