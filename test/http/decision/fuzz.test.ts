import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../src/http/decision/query.ts';
import { active } from '../../support/grants.ts';
import { type DecisionStage, startStage } from './stage.ts';

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The least that a client can be, which sends whatever it is told to. */
function send(stage: DecisionStage, { path, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    // By itself Node.js says nothing of the body of a GET.
    const told = body === '' || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { method: 'GET', headers: { ...told, ...headers }, agent: false };
    const sent = request(stage.address + path, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Everything that an answer could have changed. */
async function stored({ grants, directories, tokens, ledger }: DecisionStage): Promise<string> {
  const [live, directory, known, head] = await Promise.all([
    grants.live('org1'),
    directories.get('org1'),
    tokens.of('org1'),
    ledger.head('org1'),
  ]);
  return JSON.stringify([live, directory, known.map(({ lastUsedAt, ...token }) => token), head]);
}

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('web', 'p1/web', 'p1/api', 'shop', 'org1', 'logs', '', '{"$gt":""}', '__proto__', '*', '%', '\u0000'),
);
const name = fc.oneof(
  fc.constantFrom('target', 'organization', 'type', 'target[]', 'target[$ne]', 'constructor'),
  fc.string({ maxLength: 10 }),
);
const query = fc.oneof(
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => `?${new URLSearchParams(pairs)}`),
  fc.string({ maxLength: 80 }).map((text) => `?${text.replace(/[^\x21-\x7e]/g, '%')}`),
);
const headers = fc.dictionary(
  fc.constantFrom('cookie', 'x-forwarded-for', 'x-original-url', 'range'),
  fc.constant('x'),
);
const paths = fc.constantFrom('/v1/access', '/v1/gate');

describe('whatever is sent', () => {
  it('without a good token nothing is answered', async () => {
    const stage = await startStage();
    await stage.hold(active());
    const { secret } = await stage.token();
    const before = await stored(stage);
    const authorization = fc.oneof(
      fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
      fc.string({ maxLength: 60 }).map((text) => `Bearer ${text.replace(/[^\x21-\x7e]/g, '')}`),
      // A good one with one character changed, left out or added.
      fc
        .nat(secret.length - 1)
        .map((at) => `Bearer ${secret.slice(0, at)}${secret[at] === 'A' ? 'B' : 'A'}${secret.slice(at + 1)}`),
      fc.nat(secret.length - 1).map((at) => `Bearer ${secret.slice(0, at)}${secret.slice(at + 1)}`),
      fc.constant(`Bearer ${secret}x`),
      fc.constant(`Bearer ${secret} ${secret}`),
      fc.constant(`Token ${secret}`),
      fc.constant(secret),
    );
    await fc.assert(
      fc.asyncProperty(
        paths,
        query,
        authorization,
        headers,
        fc.string({ maxLength: 40 }),
        async (path, asked, token, more, body) => {
          const { status } = await send(stage, {
            path: path + asked,
            headers: { ...more, authorization: token },
            body,
          });
          expect(status).toBe(401);
        },
      ),
      { numRuns: 150 },
    );
    expect(await stored(stage)).toBe(before);
  });

  it('a token answers within its scope alone, and refuses what it does not understand', async () => {
    const stage = await startStage();
    const { _id } = await stage.hold(active());
    const { secret } = await stage.token({ targets: ['Shop/api'] });
    const before = await stored(stage);
    await fc.assert(
      fc.asyncProperty(paths, query, headers, async (path, asked, more) => {
        const authorization = `Bearer ${secret}`;
        const { status, text } = await send(stage, {
          path: path + asked,
          headers: { ...more, authorization },
          body: '',
        });
        // Nothing is open within its scope, and what is open beyond it is told of by no word.
        expect(text).not.toContain(_id);
        expect(text).not.toContain('"open":true');
        const understood = parseQuery(asked);
        const about = understood.ok ? understood.query.target.trim().toLowerCase() : '';
        const inScope = ['p1/api', 'shop/api', 'api'].includes(about);
        expect(status).toBeOneOf(
          !understood.ok ? [400] : inScope && path === '/v1/access' ? [200, 400, 403] : [400, 403],
        );
      }),
      { numRuns: 150 },
    );
    expect(await stored(stage)).toBe(before);
  });

  it('a question with a body is refused, whatever it says', async () => {
    const stage = await startStage();
    await stage.hold(active());
    const authorization = `Bearer ${(await stage.token()).secret}`;
    await fc.assert(
      fc.asyncProperty(paths, fc.string({ minLength: 1, maxLength: 200 }), async (path, body) => {
        const sent = { path: `${path}?target=p1/web`, headers: { authorization }, body };
        expect((await send(stage, sent)).status).toBe(400);
      }),
      { numRuns: 30 },
    );
    const headers = { authorization, 'transfer-encoding': 'chunked' };
    expect((await send(stage, { path: '/v1/access?target=p1/web', headers, body: '' })).status).toBe(400);
  });
});
