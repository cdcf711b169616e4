import { expect, it } from 'vitest';
import type { Actor } from '../../src/grants/grant.ts';
import { lastOperation } from '../../src/work/attempts.ts';

const at = new Date('2026-03-02T09:00:00Z');
const later = new Date('2026-03-02T10:00:00Z');
const olivia: Actor = { kind: 'person', slackId: 'UOLIVIA', name: 'Olivia' };

it('is what a person did, whatever was done since by itself or by an operator', () => {
  const history = [
    { at, actor: olivia, operationId: '1.2.abc' },
    { at: later, actor: olivia, operationId: '3.4.def' },
    { at: later, actor: { kind: 'portcullis' } as const },
    { at: later, actor: { kind: 'operator', name: 'ops' } as const, operationId: 'of-the-command-line' },
  ];
  expect(lastOperation({ history })).toEqual({ operationId: '3.4.def', at: later });
});

it('is the whole, of what comes in parts', () => {
  const history = [{ at, actor: olivia, operationId: '1.2.abc:approve' }];
  expect(lastOperation({ history })).toEqual({ operationId: '1.2.abc', at });
});

it('is nothing where nobody did anything', () => {
  expect(lastOperation({ history: [] })).toBeUndefined();
  expect(lastOperation({ history: [{ at, actor: { kind: 'outside' } }] })).toBeUndefined();
});
