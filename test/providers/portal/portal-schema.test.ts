import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { portalSchema } from '../../../src/providers/portal/portal-schema.ts';
import { readmePortal } from '../../support/readme-portal.ts';
import { settings } from './portal-bench.ts';

const url = 'https://api.shield.example';

/** What is wrong, by where it stands. */
function problems(given: unknown): string[] {
  const { error } = portalSchema.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')} ${message}`);
}

const withPush = (push: Record<string, unknown>) => settings(url, { allowPrivate: [], ...push });
const change = { method: 'POST', url: `${url}/open` };
const until = { form: { until: '{until}' } };

describe('the example of a new vendor in the README', () => {
  const text = readmePortal();

  it('takes no more than twenty lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  it('is all that a provider needs', () => {
    const example = portalSchema.parse(parse(text)[0].portal);
    expect(example).toMatchObject({
      vendor: 'Shield',
      noun: { one: 'portal', many: 'portals' },
      duration: { default: 604_800_000, longest: 604_800_000, shortest: 1_800_000 },
      accessTypes: [{ id: 'portal', keyword: 'portal', label: 'portal access', rank: 1, needsBlock: false }],
      push: { auth: { kind: 'bearer', secret: { kind: 'environment', name: 'SHIELD_TOKEN' } }, allowPrivate: [] },
      pull: false,
    });
  });
});

it('takes a portal that only asks, in a few words', () => {
  const { push: _push, ...rest } = settings(url);
  expect(problems(rest)).toEqual([' has neither `push` nor `pull`: nothing would be enforced']);
  expect(problems({ ...rest, pull: true })).toEqual([]);
});

it('orders several access types from the one that shows least', () => {
  const types = ['read', 'full'].map((keyword) => ({ keyword, label: keyword, canSee: ['a'], cannotSee: ['b'] }));
  const parsed = portalSchema.parse({ ...settings(url), accessTypes: types });
  expect(parsed.accessTypes.map(({ id, rank }) => [id, rank])).toEqual([
    ['read', 1],
    ['full', 2],
  ]);
});

describe('problems are told at load', () => {
  it.each([
    ['open', { ...change, url: `${url}/{grantId}` }, 'push.open.url has {grantId}, which is not one of {target.id}'],
    ['close', { ...change, url: `${url}/{until}` }, 'push.close.url has {until}, which is not one of {target.id}'],
    ['open', { ...change, json: { a: [{ b: '{x}' }] } }, 'push.open.json.a.0.b has {x}, which is not one of'],
    ['open', { ...change, form: { a: '{x}' } }, 'push.open.form.a has {x}, which is not one of'],
    ['open', { ...change, json: {}, ...until }, 'push.open has both `json` and `form`'],
    ['open', { ...change, json: { for: 'support' } }, 'push.open gives the portal no end: it has to send `{until}`, '],
    ['extend', change, 'push.extend gives the portal no end: it has to send `{until}`, '],
    ['open', { ...change, method: 'GET' }, 'push.open.method '],
    ['open', { ...change, ...until, headers: {} }, 'push.open Unrecognized key'],
    ['open', { ...change, url: 'https://{target.id}.example/' }, 'push.open.url is not an https address whose host is'],
    ['open', { ...change, url: 'https://a:b@example.com/' }, 'push.open.url is not an https address whose host is'],
    ['open', { ...change, url: 'https://example.com/#{target.id}' }, 'push.open.url is not an https address whose'],
    ['open', { ...change, url: 'ftp://example.com/' }, 'push.open.url is not an https address whose host is'],
    [
      'open',
      { ...change, ...until, url: 'http://example.com/' },
      'push.open.url is not an https address, and its host does',
    ],
    [
      'extend',
      { ...change, ...until, url: 'https://10.0.0.1/' },
      'push.extend.url leads to this machine or a private network',
    ],
    ['close', { ...change, url: 'https://localhost/' }, 'push.close.url leads to this machine or a private network'],
    ['status', { url: `${url}/s`, open: 'enabled' }, 'push.status.open is neither a JSON pointer'],
    ['status', { url: `${url}/s`, open: { at: '/state', open: ['on'] } }, 'push.status.open is neither a JSON pointer'],
    ['status', { url: `${url}/s`, open: '/enabled', until: 'x' }, 'push.status.until is not a JSON pointer'],
    ['auth', { bearer: { env: 'A' }, signature: { secret: { env: 'B' } } }, 'push.auth is not exactly one of'],
    ['auth', {}, 'push.auth is not exactly one of'],
    ['auth', { bearer: 'a-secret' }, 'push.auth.bearer does not say where the secret is'],
  ])('%s %j', (name, given, problem) => {
    const found = problems(withPush({ [name]: given }));
    expect(found).toEqual([expect.stringContaining(problem)]);
    expect(found.join()).not.toContain('a-secret');
  });

  it.each([
    [{ duration: { default: '8d' } }, 'duration does not have `shortest`, `default` and `longest` in this order'],
    [{ duration: { longest: 'a week' } }, 'duration.longest is not a duration'],
    [{ noun: 'Portal!' }, 'noun is neither a lower-case word nor'],
    [{ targets: [] }, 'targets '],
    [{ targets: [{ id: '..', name: 'A' }] }, 'targets.0.id is not an id'],
    [{ targets: [{ id: 'a', name: 'A\nB' }] }, 'targets.0.name is not one line of text'],
    [{ targets: ['a', 'b'].map((id) => ({ id, name: 'Same' })) }, 'targets has a name twice'],
    [{ targets: ['A', 'B'].map((name) => ({ id: 'a', name })) }, 'targets has an id twice'],
    [{ url: 'javascript:alert(1)' }, 'url '],
  ])('%j', (given, problem) => {
    expect(problems({ ...settings(url, { allowPrivate: [] }), ...given })).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    { url: `${url}/open?seconds={durationSeconds}` },
    { url: `${url}/open`, json: { at: [{ end: '{untilEpochSeconds}' }] } },
    { url: `${url}/open`, ...until },
  ])('but an end may stand anywhere: %j', (open) => {
    expect(problems(withPush({ open }))).toEqual([]);
  });

  it('but hosts that are named may be private, and without TLS', () => {
    expect(
      problems(withPush({ open: { url: 'http://portal.internal/open', ...until }, allowPrivate: ['portal.internal'] })),
    ).toEqual([]);
  });
});
