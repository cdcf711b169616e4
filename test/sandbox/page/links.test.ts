import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/sandbox/page/links.ts';

const project = '64f0a1b2c3d4e5f600000101';

describe('where a link leads', () => {
  it.each([
    [
      'https://acme.slack.com/archives/C740E40EF0/p1795424290000007',
      { kind: 'message', conversation: 'C740E40EF0', ts: '1795424290.000007' },
    ],
    [
      'https://acme.slack.com/archives/C1/p1795424290000009?thread_ts=1795424290.000007&cid=C1',
      { kind: 'message', conversation: 'C1', ts: '1795424290.000009' },
    ],
    [
      `http://127.0.0.1:36161/v2/${project}#/clusters/detail/payments-prod`,
      { kind: 'cluster', projectId: project, cluster: 'payments-prod' },
    ],
    [`http://127.0.0.1:36161/v2#/org/${project}/settings/general`, { kind: 'block' }],
    ['http://127.0.0.1:36161/settings/support', { kind: 'portal' }],
    ['https://support.example/settings/support', { kind: 'outside' }],
    ['https://support.example/case/01234567', { kind: 'outside' }],
    [`https://support.example/v2/${project}`, { kind: 'outside' }],
    ['javascript:alert(1)', { kind: 'nowhere' }],
    ['not an address', { kind: 'nowhere' }],
  ])('%s', (address, place) => {
    expect(placeOf(address)).toEqual(place);
  });
});
