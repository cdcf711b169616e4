import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignBecause } from '../../../src/sandbox/page-server/guard.ts';
import { people, startPage } from './page.ts';

/** Exactly this path and these headers: `fetch` would mend both. */
function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('the files of the page', () => {
  it('come with their types, how long they may be kept, and a policy that allows only themselves', async () => {
    const { url } = await startPage();
    const index = await fetch(url);
    expect([index.status, await index.text()]).toEqual([200, '<!doctype html><title>Portcullis</title>']);
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect(index.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(index.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await fetch(`${url}assets/index-B4xY_9aZ.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are all that there is', async () => {
    const { url } = await startPage();
    const paths = [
      '/../page-secret.js',
      '/assets/../../page-secret.js',
      '/%2e%2e/page-secret.js',
      '/..%2fpage-secret.js',
      '/assets/..%5c..%5cpage-secret.js',
      '//etc/passwd',
      'http://evil.example/page-secret.js',
      '/assets/notes.txt',
      '/assets',
      '/nothing.js',
      '*',
      '//',
    ];
    for (const path of paths) {
      expect([path, await get(url, path)]).toEqual([path, { status: 404, body: '{"error":"There is nothing here."}' }]);
    }
  });
});

describe('somebody else’s page', () => {
  it('gets nothing under another name for this machine', async () => {
    const { url } = await startPage();
    const state = `/api/state?person=${people.erin}`;
    expect(await get(url, state, { host: 'localhost:1' })).toMatchObject({ status: 200 });
    for (const host of [
      'evil.example',
      'evil.example:4400',
      '127.0.0.1.evil.example',
      'localhost@evil.example',
      'localhost.',
      'localhost:80:80',
    ]) {
      for (const path of ['/', state]) expect([host, (await get(url, path, { host })).status]).toEqual([host, 403]);
    }
  });

  it('changes nothing from another origin, or as a form', async () => {
    const page = await startPage();
    const act = { kind: 'atlas-block', blocked: true };
    const origins = ['http://evil.example', 'null', 'http://localhost:1', 'https://localhost'];
    for (const origin of origins) expect((await page.post(act, { origin })).status).toBe(403);
    expect((await page.post(act, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await page.state('erin')).atlas.blocked).toBe(false);
    const own = new URL(page.url).origin;
    expect((await page.post(act, { origin: own })).status).toBe(200);
    expect((await page.state('erin')).atlas.blocked).toBe(true);
  });

  it('never passes for the sandbox’s own, whatever it is called', () => {
    fc.assert(
      fc.property(fc.webAuthority({ withPort: true }), fc.webUrl(), (host, origin) => {
        expect(foreignBecause({ host })).toBeDefined();
        expect(foreignBecause({ host: '127.0.0.1:4400', origin })).toBeDefined();
      }),
    );
  });
});

describe('what cannot be understood', () => {
  it('is answered in words', async () => {
    const page = await startPage();
    const answers = async (body: unknown) => {
      const response = await page.post(body);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await answers('{')).toEqual([400, 'The body is not JSON.']);
    expect(await answers({ kind: 'fly' })).toEqual([
      400,
      expect.stringMatching(/^This is no act of the page: .*kind/s),
    ]);
    expect(await answers({ kind: 'send', person: people.erin, conversation: 'C1', text: '  ' })).toEqual([
      400,
      expect.stringContaining('is empty'),
    ]);
    expect(await answers({ kind: 'open-home', person: 'U0NOBODY' })).toEqual([
      400,
      'Nobody in the workspace has the id "U0NOBODY".',
    ]);
    expect(await answers('x'.repeat(300_000))).toEqual([413, 'This is too long.']);
    for (const path of ['api/state', 'api/events', 'api/state?person=U0NOBODY']) {
      expect((await fetch(page.url + path)).status).toBe(400);
    }
    expect((await fetch(`${page.url}api/act`)).status).toBe(405);
    expect((await fetch(`${page.url}api/state`, { method: 'POST' })).status).toBe(405);
  });

  it('has no effect, whatever it is', async () => {
    const page = await startPage();
    const before = await page.state('olivia');
    const kinds = fc.constantFrom(
      'send',
      'message-action',
      'view-action',
      'view-submit',
      'clock',
      'search',
      'atlas-trouble',
    );
    const malformed = fc.oneof(
      fc.jsonValue(),
      fc.record({ kind: kinds, person: fc.constantFrom(people.erin, 7, null), to: fc.string(), text: fc.string() }),
      fc.record({ kind: fc.constant('atlas-block'), blocked: fc.oneof(fc.string(), fc.integer()) }),
      fc.record({ kind: fc.constant('reset'), really: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(malformed, async (body) => {
        const response = await page.post(body);
        expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String) }]);
      }),
      { numRuns: 60 },
    );
    expect(await page.state('olivia')).toEqual(before);
    expect(page.errors).toEqual([]);
  });
});
