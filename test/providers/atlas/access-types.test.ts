import { describe, expect, it } from 'vitest';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';

describe('the access types of Atlas', () => {
  it('are offered in this order, with sync data last', () => {
    expect(atlasAccessTypes.map(({ id, keyword, label, needsBlock }) => ({ id, keyword, label, needsBlock }))).toEqual([
      {
        id: 'CLUSTER_INFRASTRUCTURE',
        keyword: 'infrastructure',
        label: 'infrastructure and all cluster logs',
        needsBlock: false,
      },
      { id: 'CLUSTER_DATABASE_LOGS', keyword: 'logs', label: 'database logs only', needsBlock: true },
      {
        id: 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA',
        keyword: 'sync',
        label: 'infrastructure and App Services sync data',
        needsBlock: false,
      },
    ]);
  });

  it.each(atlasAccessTypes)('$keyword says what support can and cannot see, and what a revoke does not do', (type) => {
    expect(type.canSee).not.toEqual([]);
    expect(type.cannotSee).not.toEqual([]);
    expect(type.warnings).not.toEqual([]);
    // Only downloads of logs outlive a revoke.
    expect(type.revokeWarnings.join(' ').includes('Downloads in progress')).toBe(type.keyword === 'logs');
  });
});
