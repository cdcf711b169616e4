import { expect, test } from 'vitest';
import { demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { openAtlas } from './atlas-client.ts';

const usersPath = `/orgs/${demoSeed.organizationId}/users`;

interface Page {
  totalCount?: number;
  results: { username: string }[];
  links: { rel: string; href: string }[];
}

test('gives page after page, with links, until there is no more', async () => {
  const { atlas, everyday } = await openAtlas();
  const page = async (query: string) =>
    (await everyday.call('GET', `${usersPath}?${query}`, '2025-02-19')).body as Page;
  const pages = await Promise.all([1, 2, 3].map((number) => page(`itemsPerPage=4&pageNum=${number}`)));
  expect(pages.map(({ results }) => results.length)).toEqual([4, 2, 0]);
  expect(pages.map(({ totalCount }) => totalCount)).toEqual([6, 6, 6]);
  expect(pages.flatMap(({ results }) => results.map((user) => user.username))).toEqual(
    demoSeed.users.map((user) => user.email),
  );
  expect(pages.map(({ links }) => links.map((link) => link.rel))).toEqual([
    ['self', 'next'],
    ['self', 'previous'],
    ['self', 'previous'],
  ]);
  expect(pages[0]?.links[1]?.href).toBe(`${atlas.url}/api/atlas/v2${usersPath}?itemsPerPage=4&pageNum=2`);
  expect(await page('includeCount=false')).not.toHaveProperty('totalCount');
});

test.each(['pageNum=0', 'pageNum=x', 'itemsPerPage=0', 'itemsPerPage=501', 'itemsPerPage=1.5', 'userName=x'])(
  'refuses ?%s',
  async (query) => {
    const { everyday } = await openAtlas();
    const answer = await everyday.call('GET', `${usersPath}?${query}`, '2025-02-19');
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'INVALID_QUERY_PARAMETER' } });
  },
);
