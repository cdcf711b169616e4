import { expect, it } from 'vitest';
import { type Exposure, exposure } from '../../src/grants/exposure.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { active, at, calling, closing, hour, inState, logs, minute, opening, requested } from '../support/grants.ts';

const nothing: Exposure = { open: 0, maybeOpen: 0, pastEndMs: 0, closingMs: 0 };
const landedLate: Grant = {
  ...inState('expired'),
  slot: 'org1:p1/web',
  reopened: { terms: { type: logs, until: at(10 * hour) }, at: at(9 * hour) },
};

/** Grants of the samples end at 4 h 1 min; those that are revoked are at 10 min. */
const cases: readonly (readonly [what: string, live: readonly Grant[], ms: number, wanted: Exposure])[] = [
  ['nothing', [], 0, nothing],
  ['a request', [requested()], hour, nothing],
  ['approved, and nothing sent', [opening()], hour, nothing],
  ['a call to open it is on its way', [calling()], 2 * minute, { ...nothing, maybeOpen: 1 }],
  ['seen open', [active()], hour, { ...nothing, open: 1 }],
  ['seen open by two records', [active(), active()], hour, { ...nothing, open: 2 }],
  ['its end has come', [active()], 4 * hour + minute, { ...nothing, maybeOpen: 1 }],
  ['nobody has closed it for long', [active()], 5 * hour, { ...nothing, maybeOpen: 1, pastEndMs: 59 * minute }],
  ['it is being closed early', [closing()], 16 * minute, { ...nothing, open: 1, closingMs: 6 * minute }],
  [
    'seen closed, and watched',
    [{ ...closing(), seenClosedAt: at(11 * minute) }],
    5 * hour,
    { ...nothing, maybeOpen: 1 },
  ],
  ['opened again after its end', [landedLate], 9 * hour + minute, { ...nothing, maybeOpen: 1, closingMs: minute }],
  [
    'the worst of several',
    [closing(), active(), landedLate],
    11 * hour,
    { open: 0, maybeOpen: 3, pastEndMs: 6 * hour + 59 * minute, closingMs: 10 * hour + 50 * minute },
  ],
];

it.each(cases)('%s', (_, live, ms, wanted) => {
  expect(exposure(live, at(ms))).toEqual(wanted);
});
