import { describe, expect, it } from 'vitest';
import { revoke } from '../../../src/grants/decide.ts';
import { tokenHash } from '../../../src/grants/tokens.ts';
import { Answerer } from '../../../src/http/decision/answer.ts';
import { revokeToken } from '../../../src/operations/tokens.ts';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';
import { eventually } from '../../support/eventually.ts';
import { active, at, decision, hour, infrastructure, logs, minute, opening, second } from '../../support/grants.ts';
import { serverOf, startStage } from './stage.ts';

const web = '/v1/access?target=p1/web';

describe('an answer', () => {
  it('says what is open, until when, and for how long that may be used', async () => {
    const stage = await startStage();
    const { secret } = await stage.token();
    const { _id } = await stage.hold(active());
    const answer = await stage.ask(web, secret);
    expect(answer).toMatchObject({ status: 200, cacheControl: 'private, max-age=5, must-revalidate' });
    expect(answer.headers.get('vary')).toBe('authorization');
    expect(answer.body).toEqual({
      open: true,
      type: logs,
      expiresAt: at(4 * hour + minute).toISOString(),
      grantId: _id,
      checkedAt: at(2 * minute).toISOString(),
      maxAgeSeconds: 5,
    });
    expect(await stage.ask('/v1/gate?target=p1/web', secret)).toMatchObject({
      status: 204,
      cacheControl: 'private, max-age=5, must-revalidate',
      text: '',
    });
  });

  it('is closed the moment that somebody decides it, with the same fields and why', async () => {
    const stage = await startStage();
    const { secret } = await stage.token();
    const { _id } = await stage.hold(active());
    expect((await stage.ask(web, secret)).body.open).toBe(true);
    await stage.grants.update(_id, (doc) => revoke(doc, decision(2 * minute)));
    const answer = await stage.ask(web, secret);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      open: false,
      type: null,
      expiresAt: null,
      grantId: null,
      checkedAt: at(2 * minute).toISOString(),
      maxAgeSeconds: 5,
      because: 'closing',
    });
    expect(await stage.ask('/v1/gate?target=p1/web', secret)).toMatchObject({
      status: 403,
      cacheControl: 'no-store',
      text: 'Support access is closed.\n',
    });
  });

  it('never outlives the grant, in no cache and by no clock', async () => {
    const stage = await startStage({ maxAgeSeconds: 60 });
    const { secret } = await stage.token();
    await stage.hold(active());
    const end = 4 * hour + minute;
    const seen: [number, unknown, string | null][] = [];
    for (const left of [90 * second, 60 * second, 5 * second, 1_500, 999, 0]) {
      stage.manual.tick(end - left - (stage.manual.now().getTime() - at(0).getTime()));
      await stage.clock.check();
      const { body, cacheControl } = await stage.ask(web, secret);
      seen.push([left, body.open, cacheControl?.match(/max-age=(\d+)/)?.[1] ?? null]);
      if (body.open === true) expect(Number(body.maxAgeSeconds) * second).toBeLessThanOrEqual(left);
    }
    expect(seen).toEqual([
      // No longer than a token is known to be good.
      [90 * second, true, '5'],
      [60 * second, true, '5'],
      [5 * second, true, '5'],
      [1_500, true, '1'],
      [999, true, '0'],
      [0, false, '60'],
    ]);
  });

  it.each([
    ['by id', 'target=p1/web', true],
    ['by name, in any letter case', 'target=WEB', true],
    ['by project and name', 'target=Shop%2Fweb', true],
    ['with the key of the organization', 'organization=shop&target=web', true],
    ["with the vendor's id of it", 'organization=org1&target=web', true],
    ['about the type that is open', `target=web&type=${logs}`, true],
    ['about it by its keyword', 'target=web&type=logs', true],
    ['about one that shows more', `target=web&type=${infrastructure}`, 'other-type'],
    ['about another target', 'target=Bank/api', 'not-granted'],
    ['about one that there is not', 'target=nothing', 'unknown-target'],
    ['by a name that several have', 'target=api', 'ambiguous-target'],
  ])('is about what was asked: %s', async (_how, query, expected) => {
    const stage = await startStage();
    await stage.hold(active());
    const { status, body } = await stage.ask(`/v1/access?${query}`, (await stage.token()).secret);
    expect({ status, answer: body.open || body.because }).toEqual({ status: 200, answer: expected });
  });

  it('says no more than what the type that is open shows', async () => {
    const stage = await startStage();
    await stage.hold(active({ type: infrastructure }));
    const { secret } = await stage.token();
    expect((await stage.ask(`${web}&type=logs`, secret)).body).toMatchObject({ open: true, type: infrastructure });
    expect((await stage.ask(`${web}&type=sync`, secret)).body).toMatchObject({ open: false, because: 'other-type' });
  });

  it('is closed until it was seen open', async () => {
    const stage = await startStage();
    await stage.hold(opening());
    expect((await stage.ask(web, (await stage.token()).secret)).body).toMatchObject({
      open: false,
      because: 'opening',
    });
  });

  it('is closed while the clock is not known to be right', async () => {
    const stage = await startStage();
    const { secret } = await stage.token();
    await stage.hold(active());
    stage.manual.set(at(-hour));
    expect((await stage.ask(web, secret)).body).toMatchObject({
      open: false,
      because: 'clock-not-certain',
      maxAgeSeconds: 0,
    });
    expect((await stage.ask('/v1/gate?target=web', secret)).status).toBe(403);
  });
});

describe('without the database', () => {
  it('the last answer counts for as long as it may be used, and then all is closed, by a good status', async () => {
    const stage = await startStage();
    const server = serverOf(stage);
    const { secret } = await stage.token();
    const stranger = await stage.token();
    await stage.hold(active());
    await stage.ask(web, secret);
    await server.stop();
    const asked = async () => {
      const { status, cacheControl, body } = await stage.ask(web, secret);
      return [status, body.open || body.because, cacheControl];
    };
    expect(await asked()).toEqual([200, true, 'private, max-age=5, must-revalidate']);
    stage.manual.tick(3 * second);
    expect(await asked()).toEqual([200, true, 'private, max-age=2, must-revalidate']);
    stage.manual.tick(2_001);
    expect(await asked()).toEqual([200, 'database-away', 'private, max-age=0, must-revalidate']);
    expect((await stage.ask('/v1/gate?target=p1/web', secret)).status).toBe(403);
    // Whose token it is, nobody can say; the field that gates look at says what it has to all the same.
    expect(await stage.ask(web, stranger.secret)).toMatchObject({
      status: 503,
      cacheControl: 'no-store',
      body: { open: false },
    });
    const warnings = stage.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).toContain('Whether support may enter cannot be read: until it can be, the answer is "closed"');
    await server.start();
    await eventually(async () => (await stage.ask(web, secret)).body.open).toBe(true);
  });

  it('a name is not looked up in what was read long ago: it may mean another target by now', async () => {
    let readable = true;
    const stage = await startStage();
    const { secret } = await stage.token();
    await stage.hold(active());
    const organization = {
      organizationId: 'org1',
      grants: stage.grants,
      directories: {
        find: async (id: string) => (readable ? stage.directories.find(id) : Promise.reject(new Error('away'))),
      },
      provider: { capabilities: { accessTypes: atlasAccessTypes } },
    };
    const answerer = new Answerer({
      organizations: new Map([['shop', organization]]),
      clock: stage.clock,
      maxAgeSeconds: 5,
      onRead: () => {},
    });
    const token = await stage.tokens.find(tokenHash(secret));
    if (token === undefined) expect.fail('There is no such token');
    const asked = () =>
      answerer.answer({ kind: 'token', token, opensForSeconds: 5 }, { ok: true, query: { target: 'web' } });
    expect(await asked()).toMatchObject({ kind: 'open' });
    readable = false;
    stage.manual.tick(15 * second);
    expect(await asked()).toMatchObject({ kind: 'open' });
    stage.manual.tick(1);
    expect(await asked()).toMatchObject({ kind: 'closed', because: 'database-away' });
  });

  it('no last answer is used beyond the end of the grant', async () => {
    const stage = await startStage({ maxAgeSeconds: 60 });
    const server = serverOf(stage);
    const { secret } = await stage.token();
    await stage.hold(active());
    stage.manual.tick(4 * hour - minute - 3 * second);
    await stage.clock.check();
    expect((await stage.ask(web, secret)).body).toMatchObject({ open: true, maxAgeSeconds: 3 });
    await server.stop();
    stage.manual.tick(3 * second);
    expect((await stage.ask(web, secret)).body).toMatchObject({ open: false, because: 'past-end' });
  });
});

describe('a token', () => {
  it.each([
    ['none', undefined],
    ['one that there is not', 'pcd_0123456789'],
    ['another scheme', { authorization: 'Basic cGNkOnBjZA==' }],
  ])('%s: nothing is answered', async (_what, given) => {
    const stage = await startStage();
    await stage.hold(active());
    const init = typeof given === 'object' ? { headers: given } : {};
    const { status, cacheControl, body, headers } = await stage.ask(
      web,
      typeof given === 'string' ? given : undefined,
      init,
    );
    expect({ status, cacheControl, body }).toEqual({
      status: 401,
      cacheControl: 'no-store',
      body: { open: false, error: 'The token is not accepted.' },
    });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Portcullis"');
  });

  it('is none any more once it has expired', async () => {
    const stage = await startStage();
    const { secret } = await stage.token({ expiresAt: at(3 * minute) });
    expect((await stage.ask(web, secret)).status).toBe(200);
    stage.manual.tick(minute);
    expect((await stage.ask(web, secret)).status).toBe(401);
  });

  it('is none any more five seconds after it was revoked', async () => {
    const stage = await startStage();
    const { secret, id } = await stage.token();
    expect((await stage.ask(web, secret)).status).toBe(200);
    await revokeToken(stage.operations('org1'), stage.tokens, { id, operator: 'root' });
    stage.manual.tick(5 * second);
    expect((await stage.ask(web, secret)).status).toBe(401);
  });

  it('opens nothing by an answer of before either: that counts for no longer than the token does', async () => {
    const stage = await startStage();
    const { secret } = await stage.token();
    await stage.hold(active());
    const ages: unknown[] = [];
    for (const _second of [0, 1, 2, 3, 4, 5]) {
      ages.push((await stage.ask(web, secret)).body.maxAgeSeconds);
      stage.manual.tick(second);
    }
    expect(ages).toEqual([5, 4, 3, 2, 1, 5]);
  });

  it('answers within its organization and its targets alone, and tells nothing of what else there is', async () => {
    const stage = await startStage();
    await stage.hold(active());
    const narrow = await stage.token({ targets: ['Shop/api'] });
    const other = await stage.token({ organizationId: 'org2' });
    const refused = {
      status: 403,
      cacheControl: 'no-store',
      body: { open: false, error: 'The token may not ask about this.' },
    };
    expect(await stage.ask('/v1/access?target=Shop/api', narrow.secret)).toMatchObject({ status: 200 });
    // Of those that it may ask about, only one has this name.
    expect(await stage.ask('/v1/access?target=api', narrow.secret)).toMatchObject({ body: { because: 'not-granted' } });
    for (const target of ['p1/web', 'web', 'p2/api', 'Bank/api', 'no-such-thing']) {
      expect(await stage.ask(`/v1/access?target=${target}`, narrow.secret)).toMatchObject(refused);
    }
    for (const organization of ['shop', 'org1', 'no-such-organization']) {
      expect(await stage.ask(`${web}&organization=${organization}`, other.secret)).toMatchObject(refused);
    }
    // The same name means its own organization's, where nothing is open.
    expect(await stage.ask(web, other.secret)).toMatchObject({ status: 200, body: { because: 'not-granted' } });
  });

  it('is noted as used within the hour, and not with every question', async () => {
    const stage = await startStage();
    const { secret, _id } = await stage.token();
    const lastUsed = async (): Promise<Date | undefined> => (await stage.tokens.find(_id))?.lastUsedAt;
    await stage.ask(web, secret);
    await eventually(lastUsed).toEqual(at(2 * minute));
    stage.manual.tick(59 * minute);
    await stage.clock.check();
    await stage.ask(web, secret);
    stage.manual.tick(minute);
    await stage.ask(web, secret);
    await eventually(lastUsed).toEqual(at(62 * minute));
  });
});

it('is counted by what was answered', async () => {
  const stage = await startStage();
  await stage.hold(active());
  const { secret } = await stage.token({ targets: ['web'] });
  await stage.ask(web, secret);
  await stage.ask('/v1/gate?target=web&type=sync', secret);
  await stage.ask(web);
  await stage.ask('/v1/gate?target=p1/api', secret);
  await stage.ask('/v1/access', secret);
  expect(stage.answers).toEqual(['open', 'closed', 'not-authenticated', 'not-allowed', 'wrong-query']);
});

describe('a question that is not understood', () => {
  it.each([
    ['', 'The parameter target is missing.'],
    ['?target=', 'A parameter is empty.'],
    ['?target=web&target=api', 'A parameter is given twice.'],
    ['?target=web&typ=sync', 'There is a parameter other than organization, target and type.'],
    [`?target=${'x'.repeat(501)}`, 'A parameter is longer than 500 characters.'],
    ['?target=web&type=everything', /^There is no such type: /],
  ])('%s', async (query, why) => {
    const stage = await startStage();
    await stage.hold(active());
    const { secret } = await stage.token();
    const inFull = await stage.ask(`/v1/access${query}`, secret);
    expect(inFull).toMatchObject({ status: 400, cacheControl: 'no-store', body: { open: false } });
    expect(inFull.body.error).toMatch(why);
    expect(await stage.ask(`/v1/gate${query}`, secret)).toMatchObject({ status: 400, cacheControl: 'no-store' });
  });

  it('has another method or another path', async () => {
    const stage = await startStage();
    const { secret } = await stage.token();
    expect(await stage.ask('/v1/grants', secret)).toMatchObject({ status: 404, cacheControl: 'no-store' });
    expect(await stage.ask(web, secret, { method: 'POST', body: '{}' })).toMatchObject({
      status: 405,
      cacheControl: 'no-store',
    });
  });
});
