import { expect, it } from 'vitest';
import type { Finding } from '../../../src/findings.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { startPortalBench } from './portal-bench.ts';

async function findings(provider: Provider): Promise<Finding[]> {
  const { everyday, second } = provider.checks({ databaseHosts: async () => [], manages: true });
  expect(second).toEqual([]);
  const found = await Promise.all(everyday.map((check) => check.run(new AbortController().signal)));
  return found.flat();
}

it('says that all is well, having changed nothing', async () => {
  const { provider, portal } = await startPortalBench();
  portal.switches.enable('acme', 'portal');
  expect(await findings(provider)).toEqual([
    { state: 'good', what: 'The addresses of Shield may be called.' },
    { state: 'good', what: 'Shield gave Portcullis a token.' },
    { state: 'good', what: 'The switch of Acme can be read: it is open.' },
    { state: 'good', what: 'The switch of Globex can be read: it is closed.' },
  ]);
  expect(portal.requests.filter(({ call }) => call === 'open' || call === 'close')).toEqual([]);
});

it('says what is wrong, and who mends it', async () => {
  const { provider, portal } = await startPortalBench();
  portal.door.credentials = { client: { id: 'acme bot', secret: 'another' } };
  const refused = {
    state: 'wrong',
    what: expect.stringContaining('Shield does not accept the account of Portcullis: its secret may be wrong'),
    who: 'operator',
  };
  expect((await findings(provider)).slice(1)).toEqual([refused, refused, refused]);
});

it('says where the status stands elsewhere', async () => {
  const { provider } = await startPortalBench((url) => ({ status: { url, open: '/enabled' } }));
  expect((await findings(provider)).at(-1)).toEqual({
    state: 'wrong',
    what: expect.stringContaining('The field that says whether it is open is not there, or holds something else'),
    who: 'operator',
  });
});

it('says that a portal without a status is taken at its word', async () => {
  const { provider } = await startPortalBench(() => ({ status: undefined }));
  expect((await findings(provider)).at(-1)).toMatchObject({
    state: 'advice',
    what: 'Shield is not asked what is open: what people are told is what it accepted last.',
  });
});
