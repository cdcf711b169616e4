import { describe, expect, it } from 'vitest';
import { grantIdFor, looksLikeGrantId, requestSlotFor, slotFor } from '../../src/grants/ids.ts';

describe('grantIdFor', () => {
  it('names the same record for the same operation', () => {
    expect(grantIdFor('org1', 'op1')).toBe(grantIdFor('org1', 'op1'));
  });

  it.each([
    ['another operation', 'org1', 'op2'],
    ['another organization', 'org2', 'op1'],
    ['the same letters, cut elsewhere', 'org1o', 'p1'],
  ])('names another record for %s', (_, organizationId, operationId) => {
    expect(grantIdFor(organizationId, operationId)).not.toBe(grantIdFor('org1', 'op1'));
  });

  it('makes ids that look like ids, and does not repeat itself', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => grantIdFor('org1', `op${index}`));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !looksLikeGrantId(id))).toEqual([]);
    expect(new Set(ids.join('').replaceAll('g-', '')).size).toBe(32);
  });
});

describe('looksLikeGrantId', () => {
  it.each(['g-7kq2m9x4td', 'G-7KQ2M9X4TD', 'g-0123456789'])('takes %s for one', (word) => {
    expect(looksLikeGrantId(word)).toBe(true);
  });

  it.each([
    '',
    'g-',
    '7kq2m9x4td',
    'g-7kq2m9x4t',
    'g-7kq2m9x4tdd',
    'g-7kq2m9x4ti',
    'g-7kq2m9x4tl',
    'g-7kq2m9x4to',
    'g-7kq2m9x4tu',
    ' g-7kq2m9x4td',
    'g_7kq2m9x4td',
  ])('does not take "%s" for one', (word) => {
    expect(looksLikeGrantId(word)).toBe(false);
  });
});

describe('slots', () => {
  it('name the organization, the target and, for requests, the type', () => {
    expect(slotFor('org1', 'p1/web')).toBe('org1/p1/web');
    expect(requestSlotFor('org1', 'p1/web', 'LOGS')).toBe('org1/p1/web/LOGS');
  });
});
