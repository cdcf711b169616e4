import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createGuardedFetch } from '../../../src/providers/calls/guarded-fetch.ts';
import { createPortalProvider } from '../../../src/providers/portal/portal-provider.ts';
import { portalSchema } from '../../../src/providers/portal/portal-schema.ts';
import type { ProviderError } from '../../../src/providers/provider.ts';
import type { PortalFault } from '../../../src/sandbox/portal/faults.ts';
import { PrivateAddressError } from '../../../src/webhook/private-addresses.ts';
import { errorOf } from '../provider-errors.ts';
import {
  bearerToken,
  clientSecret,
  inHours,
  settings,
  signingSecret,
  startPortalBench,
  target,
} from './portal-bench.ts';

const until = inHours(2);
const status = (code: number, more: { retryAfter?: string; body?: string } = {}) =>
  ({ kind: 'status', status: code, ...more }) as const;

/** Everything of an error that could be logged or shown. */
const everythingOf = ({ message, detail, cause, stack }: ProviderError) =>
  `${message} ${detail} ${stack} ${cause instanceof Error ? `${cause.stack} ${JSON.stringify(cause)}` : String(cause)}`;

const faults: [
  (
    | Omit<Extract<PortalFault, { kind: 'status' }>, 'call'>
    | { kind: 'garbage' | 'redirect' | 'huge' | 'hang' | 'lost-answer' }
  ),
  object,
][] = [
  [status(401), { code: 'unauthorized', effect: 'none', temporary: false }],
  [status(403), { code: 'forbidden', effect: 'none', temporary: false }],
  [status(404), { code: 'not-found', effect: 'none', temporary: false }],
  [status(409), { code: 'conflict', effect: 'none', temporary: true }],
  [status(422), { code: 'invalid', effect: 'none', temporary: false }],
  [
    status(429, { retryAfter: '120' }),
    { code: 'rate-limited', effect: 'none', temporary: true, retryAfterMs: 120_000 },
  ],
  [status(408), { code: 'unavailable', effect: 'unknown', temporary: true }],
  [status(500), { code: 'unavailable', effect: 'unknown', temporary: true }],
  [status(503, { retryAfter: '5' }), { code: 'unavailable', effect: 'unknown', temporary: true, retryAfterMs: 5_000 }],
  [{ kind: 'redirect' }, { code: 'bad-answer', effect: 'unknown', temporary: false }],
  [{ kind: 'huge' }, { code: 'bad-answer', effect: 'unknown', temporary: false }],
  [{ kind: 'hang' }, { code: 'timeout', effect: 'unknown', temporary: true }],
  [{ kind: 'lost-answer' }, { code: 'connection', effect: 'unknown', temporary: true }],
];

it.each(faults)('%j of a changing call', async (fault, expected) => {
  const { provider, portal } = await startPortalBench(undefined, {
    requestTimeoutMs: fault.kind === 'hang' ? 200 : 5_000,
  });
  portal.addFault({ call: 'open', ...fault });
  const error = await errorOf(provider.openAccess(target, 'portal', until));
  expect(error).toMatchObject(expected);
  expect(error.message).toContain('Shield');
  expect(error.message).toContain(
    error.effect === 'none' ? 'Nothing was changed.' : 'Whether the change was made is not known yet.',
  );
});

it.each([600, 999])('a status that no answer may have ends in an error, and not the process: %i', async (odd) => {
  const { provider, portal } = await startPortalBench();
  portal.addFault({ call: 'close', kind: 'status', status: odd, times: 1 });
  const error = await errorOf(provider.closeAccess(target));
  expect(error).toMatchObject({ code: 'connection', effect: 'unknown', temporary: true });
  expect(error.message).toContain('Whether the change was made is not known yet.');
});

it('the body of a DELETE arrives, and so does what comes after it', async () => {
  const { provider, portal } = await startPortalBench((url) => ({
    close: { method: 'DELETE', url, json: { why: 'Dürfen wir: {target.name}' } },
  }));
  await provider.closeAccess(target);
  const { headers, body } = portal.requests.at(-1) ?? expect.fail('Nothing arrived');
  expect(body).toBe('{"why":"Dürfen wir: Acme"}');
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
});

it('nobody there: nothing was sent', async () => {
  const { provider, portal } = await startPortalBench(() => ({ auth: { bearer: { env: 'TEST_PORTAL_BEARER' } } }));
  await portal.close();
  const error = await errorOf(provider.openAccess(target, 'portal', until));
  expect(error).toMatchObject({ code: 'connection', effect: 'none', temporary: true, detail: 'ECONNREFUSED' });
});

it('a call that is given up', async () => {
  const { provider, portal } = await startPortalBench();
  portal.addFault({ call: 'open', kind: 'hang' });
  const giveUp = new AbortController();
  const calling = errorOf(provider.openAccess(target, 'portal', until, giveUp.signal));
  await expect.poll(() => portal.requests.at(-1)?.call).toBe('open');
  giveUp.abort();
  expect(await calling).toMatchObject({ code: 'timeout', effect: 'unknown' });
  expect(await errorOf(provider.closeAccess(target, giveUp.signal))).toMatchObject({ code: 'timeout', effect: 'none' });
});

describe('proof of who calls', () => {
  const signed = () => ({ auth: { signature: { secret: { env: 'TEST_PORTAL_SIGNING_SECRET' } } } });

  it('by a token, which is kept until shortly before its end, and fetched anew once when it is not taken', async () => {
    const { provider, portal, clock } = await startPortalBench();
    const tokens = () => portal.requests.filter(({ call }) => call === 'token').length;
    await provider.readAccess(target);
    await provider.readAccess(target);
    expect(tokens()).toBe(1);
    portal.door.withdrawTokens();
    await provider.openAccess(target, 'portal', until);
    expect(tokens()).toBe(2);
    clock.tick(9 * 60_000);
    await provider.readAccess(target);
    expect(tokens()).toBe(3);
    portal.addFault({ call: 'status', ...status(401) });
    expect(await errorOf(provider.readAccess(target))).toMatchObject({ code: 'unauthorized', status: 401 });
    expect(tokens()).toBe(4);
  });

  it('by a bearer token that may be replaced', async () => {
    const { provider, portal } = await startPortalBench(() => ({ auth: { bearer: { env: 'TEST_PORTAL_ROTATED' } } }));
    process.env.TEST_PORTAL_ROTATED = 'of-before';
    expect(await errorOf(provider.readAccess(target))).toMatchObject({ code: 'unauthorized' });
    process.env.TEST_PORTAL_ROTATED = bearerToken;
    expect(await provider.readAccess(target)).toMatchObject({ state: 'closed' });
    expect(portal.requests).toHaveLength(2);
  });

  it('by a signature of Standard Webhooks, whose id is the key of the effect', async () => {
    const { provider, portal, clock } = await startPortalBench(signed);
    await provider.openAccess(target, 'portal', until);
    expect(await provider.readAccess(target)).toMatchObject({ state: 'open' });
    const [{ headers, body } = expect.fail('Nothing arrived')] = portal.requests;
    expect(headers['idempotency-key']).toBe(`"${headers['webhook-id']}"`);
    const signature = new StandardWebhook(signingSecret).sign(String(headers['webhook-id']), clock.now(), body);
    expect(headers['webhook-signature']).toBe(signature);
  });

  it.each([
    ['not there', undefined],
    ['several words', 'one two'],
    ['two lines', 'one\r\nx-admin: yes'],
  ])('is not sent where the secret is %s', async (_name, secret) => {
    const { provider, portal } = await startPortalBench(() => ({ auth: { bearer: { env: 'TEST_PORTAL_ODD' } } }));
    delete process.env.TEST_PORTAL_ODD;
    if (secret !== undefined) process.env.TEST_PORTAL_ODD = secret;
    const error = await errorOf(provider.openAccess(target, 'portal', until));
    expect(error).toMatchObject({ code: 'secret-unreadable', effect: 'none', temporary: true });
    expect(everythingOf(error)).not.toContain('x-admin');
    expect(portal.requests).toEqual([]);
  });

  it('is not signed by what is no secret for signing', async () => {
    const { provider } = await startPortalBench(() => ({
      auth: { signature: { secret: { env: 'TEST_PORTAL_BEARER' } } },
    }));
    const error = await errorOf(provider.readAccess(target));
    expect(error).toMatchObject({ code: 'secret-unreadable', effect: 'none' });
    expect(everythingOf(error)).not.toContain(bearerToken);
  });

  it('never comes back in an error, even where the portal repeats it', async () => {
    const { provider, portal, secrets } = await startPortalBench();
    await provider.readAccess(target);
    const [basic, , token] = secrets;
    const repeats = (sent: string) => status(403, { body: `you\n sent ${sent}` });
    portal.addFault({ call: 'open', ...repeats(`Bearer ${token}`) });
    portal.addFault({ call: 'status', ...repeats(`Bearer ${token}`), times: 1 });
    const errors = [
      await errorOf(provider.openAccess(target, 'portal', until)),
      await errorOf(provider.readAccess(target)),
    ];
    portal.door.withdrawTokens();
    portal.addFault({ call: 'token', ...repeats(`${basic} and ${clientSecret}`) });
    errors.push(await errorOf(provider.readAccess(target)));
    expect(errors.map(({ detail }) => detail)).toEqual([
      'you sent Bearer [removed]',
      'you sent Bearer [removed]',
      'you sent [removed] and [removed]',
    ]);
    expect(secrets).toContain(clientSecret);
    for (const secret of secrets) expect(errors.map(everythingOf).join()).not.toContain(secret);
  });
});

describe('private addresses', () => {
  it('are not called, whether they stand in digits or a name leads there', async () => {
    const { portal, memory, clock } = await startPortalBench();
    for (const host of ['127.0.0.1', 'localhost']) {
      const url = portal.url.replace('127.0.0.1', host);
      const allowed = portalSchema.parse(settings(url, { allowPrivate: [host] }));
      const push = allowed.push && { ...allowed.push, allowPrivate: [] };
      const heldByRecord = () => expect.fail('The records are not asked');
      const provider = createPortalProvider({ portal: { ...allowed, push }, memory, clock, heldByRecord });
      const error = await errorOf(provider.readAccess(target));
      expect(error).toMatchObject({ code: 'connection', effect: 'none', temporary: false });
      expect(error.message).toContain('leads to a private network');
      const [addresses] = provider.checks({ databaseHosts: async () => [], manages: true }).everyday;
      expect(await addresses?.run(new AbortController().signal)).toMatchObject([{ state: 'wrong', who: 'operator' }]);
    }
    expect(portal.requests).toEqual([]);
  });

  it('are found out with each call', async () => {
    const init = { method: 'GET', headers: {}, redirect: 'manual', signal: new AbortController().signal } as const;
    await expect(createGuardedFetch([])('http://localhost:9/', init)).rejects.toThrow(PrivateAddressError);
    await expect(createGuardedFetch([])('http://[::ffff:10.0.0.1]/', init)).rejects.toThrow(PrivateAddressError);
    await expect(createGuardedFetch(['localhost'])('http://localhost:9/', init)).rejects.toThrow('ECONNREFUSED');
  });
});
