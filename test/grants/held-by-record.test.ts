import { expect, it } from 'vitest';
import type { GrantState } from '../../src/grants/grant.ts';
import { heldByRecord } from '../../src/grants/held-by-record.ts';
import { at, hour, logs, requested } from '../support/grants.ts';

const wanted = { type: logs, until: at(hour) };
const closed = { state: 'closed', targetExists: true };
const held = { state: 'open', ...wanted };

it.each<[GrantState, object]>([
  ['requested', closed],
  ['opening', held],
  ['active', held],
  ['closing', closed],
  ['revoked', closed],
])('a grant that is %s', (state, reading) => {
  expect(heldByRecord({ ...requested(), state, wanted }, at(hour - 1))).toEqual(reading);
});

it('nothing is held from the end on, or without a grant', () => {
  expect(heldByRecord({ ...requested(), state: 'active', wanted }, at(hour))).toEqual(closed);
  expect(heldByRecord(undefined, at(0))).toEqual(closed);
});
