import { describe, expect, it } from 'vitest';
import { type AccessType, accessTypeById, accessTypeByKeyword } from '../../src/grants/access-types.ts';

const type = (id: string, keyword: string): AccessType => ({
  id,
  keyword,
  label: keyword,
  canSee: [],
  cannotSee: [],
  rank: 1,
  needsBlock: false,
  warnings: [],
  revokeWarnings: [],
});
const types = [type('LOGS', 'logs'), type('EVERYTHING', 'everything')];

describe('accessTypeById', () => {
  it('finds the type of that id', () => {
    expect(accessTypeById(types, 'EVERYTHING').keyword).toBe('everything');
  });

  it('throws on an id that no record can hold', () => {
    expect(() => accessTypeById(types, 'everything')).toThrow('Unknown access type: everything');
  });
});

describe('accessTypeByKeyword', () => {
  it.each([
    ['logs', 'LOGS'],
    ['Logs', 'LOGS'],
    ['EVERYTHING', 'EVERYTHING'],
    ['log', undefined],
    ['', undefined],
  ])('finds for "%s" %s', (word, id) => {
    expect(accessTypeByKeyword(types, word)?.id).toBe(id);
  });
});
