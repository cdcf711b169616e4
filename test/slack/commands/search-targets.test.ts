import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/providers/provider.ts';
import { searchTargets } from '../../../src/slack/commands/search-targets.ts';

const target = (projectName: string, name: string): Target => ({
  id: `${projectName}/${name}`,
  name,
  projectId: projectName,
  projectName,
  url: 'https://cloud.example/',
});
const targets = [
  target('shop', 'staging'),
  target('shop', 'orders-prod'),
  target('data', 'staging'),
  target('data', 'warehouse'),
  target('stage', 'web'),
];

const search = (typed: string): string[] => searchTargets(targets, typed).map(({ id }) => id);

describe('searchTargets', () => {
  it('offers everything by project and name when nothing is typed', () => {
    expect(search(' ')).toEqual(['data/staging', 'data/warehouse', 'shop/orders-prod', 'shop/staging', 'stage/web']);
  });

  it('offers clusters that the text may mean, likeliest first, then those of such a project', () => {
    expect(search('prod')).toEqual(['shop/orders-prod']);
    expect(search('stag')).toEqual(['data/staging', 'shop/staging', 'stage/web']);
    expect(search('SHOP')).toEqual(['shop/orders-prod', 'shop/staging']);
    expect(search('ordres-prod')).toEqual(['shop/orders-prod']);
    expect(search('shop/staging')[0]).toBe('shop/staging');
    expect(search('zzzzzzzz')).toEqual([]);
  });
});
