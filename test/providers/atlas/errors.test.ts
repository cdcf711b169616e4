import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/providers/calls/exchange.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { errorOf } from '../provider-errors.ts';
import {
  type Answer,
  blockCredentials,
  grantRoute,
  patchSettingsRoute,
  revokeRoute,
  settingsRoute,
  start,
  startScriptedAtlas,
  target,
} from './scripted-atlas.ts';

const until = new Date(start.getTime() + 3600_000);
const grant = (provider: Provider, signal?: AbortSignal) =>
  provider.openAccess(target, 'CLUSTER_INFRASTRUCTURE', until, signal);

function refusal(status: number, errorCode: string, reason = 'Reason'): Answer {
  return { status, body: { error: status, errorCode, reason, detail: 'More about it.', parameters: [] } };
}

const html: Answer = { status: 200, body: '<html>maintenance</html>' };

/** What every failure means for a call that changes something (`granting`); a read never leaves an effect behind. */
const rows: [string, Answer, { code: string; granting: 'none' | 'unknown'; temporary: boolean }][] = [
  ['400', refusal(400, 'INVALID_ENUM_VALUE'), { code: 'invalid', granting: 'none', temporary: false }],
  ['401', refusal(401, 'UNAUTHORIZED'), { code: 'unauthorized', granting: 'none', temporary: false }],
  ['401, role', refusal(401, 'USER_UNAUTHORIZED'), { code: 'forbidden', granting: 'none', temporary: false }],
  ['403, role', refusal(403, 'USER_UNAUTHORIZED'), { code: 'forbidden', granting: 'none', temporary: false }],
  [
    '403, address',
    refusal(403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'),
    { code: 'forbidden', granting: 'none', temporary: false },
  ],
  ['404', refusal(404, 'RESOURCE_NOT_FOUND'), { code: 'not-found', granting: 'none', temporary: false }],
  ['406', refusal(406, 'INVALID_VERSION_DATE'), { code: 'invalid', granting: 'none', temporary: false }],
  ['408', { status: 408 }, { code: 'unavailable', granting: 'unknown', temporary: true }],
  ['409', refusal(409, 'CONFLICT'), { code: 'conflict', granting: 'none', temporary: true }],
  ['429', refusal(429, 'RATE_LIMITED_TOKEN_BUCKET'), { code: 'rate-limited', granting: 'none', temporary: true }],
  ['500', refusal(500, 'UNEXPECTED_ERROR'), { code: 'unavailable', granting: 'unknown', temporary: true }],
  ['502', { status: 502, body: '<html>' }, { code: 'unavailable', granting: 'unknown', temporary: true }],
  ['503', { status: 503 }, { code: 'unavailable', granting: 'unknown', temporary: true }],
  [
    'redirect',
    { status: 302, headers: { location: 'https://elsewhere.example/' } },
    { code: 'bad-answer', granting: 'unknown', temporary: false },
  ],
  [
    '202',
    { status: 202, body: { restrictEmployeeAccess: true } },
    { code: 'bad-answer', granting: 'unknown', temporary: false },
  ],
  ['cut', 'cut', { code: 'connection', granting: 'unknown', temporary: true }],
  ['silence', 'hang', { code: 'timeout', granting: 'unknown', temporary: true }],
];

describe('what goes wrong', () => {
  it.each(rows)('%s, for a call that changes something', async (_name, answer, expected) => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: answer });
    const error = await errorOf(grant(atlas.provider({ requestTimeoutMs: 200 })));
    expect(error).toMatchObject({ code: expected.code, effect: expected.granting, temporary: expected.temporary });
    expect(error.message).toContain(
      expected.granting === 'none' ? 'Nothing was changed.' : 'Whether the change was made is not known yet.',
    );
    if (typeof answer === 'object') expect(error.status).toBe(answer.status);
  });

  it.each([...rows, ['half an answer', 'cut-within-body', { code: 'connection', temporary: true }] as const])(
    '%s, for a read',
    async (_name, answer, expected) => {
      await using atlas = await startScriptedAtlas({ [settingsRoute]: answer });
      const error = await errorOf(atlas.provider({ requestTimeoutMs: 200 }).readBlock());
      expect(error).toMatchObject({ code: expected.code, effect: 'none', temporary: expected.temporary });
    },
  );

  it.each([
    ['not JSON', html, true],
    ['of another shape', { status: 200, body: { restrictEmployeeAccess: 'yes' } } as const, false],
    ['without what was asked for', { status: 200, body: {} } as const, false],
  ])('an answer that is %s', async (_name, answer, temporary) => {
    await using atlas = await startScriptedAtlas({ [settingsRoute]: answer, [patchSettingsRoute]: answer });
    const provider = atlas.provider({ blockCredentials });
    const expected = { code: 'bad-answer', temporary, status: 200 };
    expect(await errorOf(provider.readBlock())).toMatchObject({ ...expected, effect: 'none' });
    expect(await errorOf(provider.setBlock(true))).toMatchObject({ ...expected, effect: 'unknown' });
  });

  it('a block that Atlas answers with the opposite', async () => {
    await using atlas = await startScriptedAtlas({
      [patchSettingsRoute]: { status: 200, body: { restrictEmployeeAccess: false } },
    });
    const error = await errorOf(atlas.provider({ blockCredentials }).setBlock(true));
    expect(error).toMatchObject({ code: 'bad-answer', effect: 'unknown' });
  });

  it('keeps what Atlas wrote as detail, without the token', async () => {
    await using atlas = await startScriptedAtlas({
      [grantRoute]: ({ headers }) => ({
        status: 400,
        body: { error: 400, errorCode: 'INVALID', reason: 'Bad Request', detail: `Got ${headers.authorization}` },
      }),
    });
    const error = await errorOf(grant(atlas.provider()));
    expect(error.detail).toBe('INVALID: Bad Request: Got Bearer [removed]');
    expect(error.message).not.toContain('INVALID');
  });

  it('keeps at most 300 characters of detail', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: refusal(400, 'X'.repeat(1000)) });
    expect((await errorOf(grant(atlas.provider()))).detail).toHaveLength(300);
  });

  it('does not follow a redirect', async () => {
    await using elsewhere = await startScriptedAtlas();
    await using atlas = await startScriptedAtlas({
      [grantRoute]: { status: 307, headers: { location: `${elsewhere.url}/api/atlas/v2/groups` } },
    });
    expect(await errorOf(grant(atlas.provider()))).toMatchObject({
      code: 'bad-answer',
      effect: 'unknown',
      status: 307,
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it('bounds the size of an answer', async () => {
    const body = { restrictEmployeeAccess: true, filler: 'x'.repeat(17 * 1024 * 1024) };
    await using atlas = await startScriptedAtlas({ [settingsRoute]: { status: 200, body } });
    expect(await errorOf(atlas.provider().readBlock())).toMatchObject({ code: 'bad-answer' });
  });
});

describe('Retry-After', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['a date', 'Sun, 01 Mar 2026 12:01:30 GMT', 90_000],
    ['nothing', undefined, undefined],
    ['nonsense', 'soon', undefined],
  ])('given as %s', async (_name, value, expected) => {
    const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
    await using atlas = await startScriptedAtlas({ [grantRoute]: { status: 429, headers } });
    const error = await errorOf(grant(atlas.provider()));
    expect(error.code).toBe('rate-limited');
    expect(error.retryAfterMs).toBe(expected);
  });
});

describe('connections', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : expect.fail('no port');
  }

  it('that are refused changed nothing', async () => {
    await using atlas = await startScriptedAtlas();
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const error = await errorOf(grant(atlas.provider({ baseUrl })));
    expect(error).toMatchObject({ code: 'connection', effect: 'none', temporary: true, detail: 'ECONNREFUSED' });
  });

  const failure = (properties: Record<string, unknown>) => Object.assign(new Error('why'), properties);
  const connect = (code: string) => failure({ code, syscall: 'connect' });

  it.each([
    ['refused', connect('ECONNREFUSED'), 'none', true],
    ['name unknown', failure({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), 'none', true],
    ['name server silent', failure({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }), 'none', true],
    ['no connection in time', failure({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'none', true],
    ['no address answered', new AggregateError([connect('ECONNREFUSED'), connect('ENETUNREACH')]), 'none', true],
    ['certificate', failure({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'none', false],
    ['reset', failure({ code: 'ECONNRESET', syscall: 'read' }), 'unknown', true],
    ['broken pipe', failure({ code: 'EPIPE', syscall: 'write' }), 'unknown', true],
    ['closed', failure({ code: 'UND_ERR_SOCKET' }), 'unknown', true],
    ['no headers', failure({ code: 'UND_ERR_HEADERS_TIMEOUT' }), 'unknown', true],
    ['mixed', new AggregateError([connect('ECONNREFUSED'), failure({ code: 'ECONNRESET' })]), 'unknown', true],
    ['something new', 'a string', 'unknown', true],
  ])('%s', async (_name, cause, effect, temporary) => {
    await using atlas = await startScriptedAtlas();
    const broken: typeof fetch = (url, init) =>
      String(url).endsWith('/token') ? fetch(url, init) : Promise.reject(new TypeError('fetch failed', { cause }));
    const error = await errorOf(grant(atlas.provider({ fetch: broken })));
    expect(error).toMatchObject({ code: 'connection', effect, temporary });
  });
});

describe('giving up', () => {
  it('before the call is sent changed nothing', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: { status: 204 } });
    const error = await errorOf(grant(atlas.provider(), AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'timeout', effect: 'none', temporary: true });
    expect(atlas.requestsTo(grantRoute)).toEqual([]);
  });

  it('before the call is sent, with a token at hand, changed nothing either', async () => {
    await using atlas = await startScriptedAtlas({ [grantRoute]: { status: 204 } });
    const provider = atlas.provider();
    await grant(provider);
    expect(await errorOf(grant(provider, AbortSignal.abort()))).toMatchObject({ code: 'timeout', effect: 'none' });
    expect(atlas.requestsTo(grantRoute)).toHaveLength(1);
  });

  it('while the answer is awaited leaves the effect unknown', async () => {
    const controller = new AbortController();
    await using atlas = await startScriptedAtlas({
      [grantRoute]: () => {
        controller.abort();
        return 'hang';
      },
    });
    const error = await errorOf(grant(atlas.provider(), controller.signal));
    expect(error).toMatchObject({ code: 'timeout', effect: 'unknown', temporary: true });
    expect(error.message).toContain('given up');
  });
});

describe('what people read', () => {
  it.each([
    ['opening', grantRoute, (provider: Provider) => grant(provider), 'Project Support Access Manager on this project'],
    ['closing', revokeRoute, (provider: Provider) => provider.closeAccess(target), 'Project Support Access Manager'],
    ['reading the block', settingsRoute, (provider: Provider) => provider.readBlock(), 'Organization Member'],
    ['switching the block', patchSettingsRoute, (provider: Provider) => provider.setBlock(true), 'Organization Owner'],
  ])('%s names the role that is missing', async (_name, route, call, role) => {
    await using atlas = await startScriptedAtlas({ [route]: refusal(403, 'USER_UNAUTHORIZED') });
    const error = await errorOf(call(atlas.provider({ blockCredentials })));
    expect(error.message).toContain(role);
    expect(error.message).toContain('access list');
    expect(error.message).toContain('organization owner can mend');
  });

  it.each([
    [401, 'UNAUTHORIZED', 'unauthorized'],
    [403, 'USER_UNAUTHORIZED', 'forbidden'],
    [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST', 'forbidden'],
  ])('a refused block account (%i %s) is named', async (status, errorCode, code) => {
    await using atlas = await startScriptedAtlas({ [patchSettingsRoute]: refusal(status, errorCode) });
    const error = await errorOf(atlas.provider({ blockCredentials }).setBlock(true));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.message).toContain('the service account that switches the block');
  });
});

describe('records of calls', () => {
  it('name each call, its status, its outcome and its time', async () => {
    const records: CallRecord[] = [];
    await using atlas = await startScriptedAtlas({
      [settingsRoute]: [html, { status: 200, body: { restrictEmployeeAccess: false } }, 'cut'],
    });
    const provider = atlas.provider({ onCall: (record) => records.push(record) });
    await errorOf(provider.readBlock());
    await provider.readBlock();
    await errorOf(provider.readBlock());
    expect(records).toEqual([
      { call: 'token', status: 200, outcome: 'ok', durationMs: 0 },
      { call: 'read-settings', status: 200, outcome: 'bad-answer', durationMs: 0 },
      { call: 'read-settings', status: 200, outcome: 'ok', durationMs: 0 },
      { call: 'read-settings', status: undefined, outcome: 'connection', durationMs: 0 },
    ]);
  });
});
