import type { ModalView } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/grants/grant.ts';
import { historyOutcomes } from '../../../src/grants/history.ts';
import { everything, type HistoryShown, type HistoryWish } from '../../../src/operations/show-history.ts';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { initialState } from '../../../src/sandbox/slack/inputs.ts';
import { objectsIn } from '../../../src/sandbox/slack/json.ts';
import { mentionsIn } from '../../../src/sandbox/slack/mentions.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import { filterErrors, filteredWish, historyFilterModal } from '../../../src/slack/views/history-filter-modal.ts';
import { historyMetadata, historyModal, parseCursor } from '../../../src/slack/views/history-modal.ts';
import { metadataOf } from '../../../src/slack/views/modal.ts';
import * as sample from '../messages/samples.ts';

const page = (shown: Partial<HistoryShown>): ModalView =>
  historyModal({ wish: everything, grants: [], ...shown }, sample.capabilities, { responseUrl: undefined });

const asJson = (view: ModalView): Record<string, unknown> => JSON.parse(JSON.stringify(view));

const read = (view: ModalView, minutes = 0): string =>
  renderAsText(asJson(view), { now: sample.after(minutes), names: (id) => id });

/** What Slack sends back when nobody changes anything. */
const submitted = (view: ModalView) => ({
  state: { values: JSON.parse(JSON.stringify(initialState(objectsIn(asJson(view).blocks), {}))) },
});

const id = 'p'.repeat(24);
const longest: HistoryWish = {
  targets: Array.from({ length: 10 }, (_, index) => ({ id: `${id}/${'c'.repeat(63)}${index}`, label: 'n'.repeat(75) })),
  people: Array.from({ length: 10 }, (_, index) => `U0123456789${index}`),
  outcomes: historyOutcomes,
  days: 365,
  from: '2026-02-28',
  to: '2026-03-01',
};

describe('a page of the history', () => {
  it.each<[string, Grant, number]>([
    ['waits', sample.requested(), 10],
    ['is being opened', sample.approved(sample.requested()), 5],
    ['is open', sample.active(), 65],
    ['is being closed and cannot be', sample.failing(sample.revoking(), 66), 67],
    ['was denied', sample.denied(), 30],
    ['was cancelled', sample.cancelled(), 30],
    ['lapsed', sample.lapsed(), 2000],
    ['could not be opened', sample.refused(), 30],
    ['was given up', sample.givenUp(), 30],
    ['ended by itself', sample.expired(), 2000],
    ['was revoked', sample.revoked(), 90],
    ['ended outside', sample.endedOutside(), 90],
    ['was opened again by a late call', sample.reopened(), 30],
  ])('tells of what %s', (_, grant, minutes) => {
    const view = page({ grants: [sample.posted(grant)] });
    expect(read(view, minutes)).toMatchSnapshot();
    expect(problemsOfView(view, 'modal')).toEqual([]);
  });

  it('says what another type of access it is by now', () => {
    const grant = sample.active();
    const changed = sample.seenOpen(grant, 30, { type: sample.logs, until: sample.after(240) });
    expect(read(page({ grants: [changed] }), 30)).toContain('\nAccess: database logs only\n');
    expect(read(page({ grants: [grant] }), 30)).not.toContain('\nAccess:');
  });

  it('keeps Slack’s limits whatever names, reasons and filters there are, and nothing fires', () => {
    const hostile = fc.constantFrom(
      '<!channel>',
      '<@UADA>',
      '*bold*\n> quote',
      '`code`',
      '<https://evil.example|x>',
      '😀',
    );
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (text, times) => {
        const long = text.repeat(times).slice(0, 200);
        const by = { kind: 'person', slackId: 'UADA', name: long } as const;
        const asked = { name: long, projectName: long, by, reason: long };
        const active = sample.seenOpen(sample.openingCall(sample.approved(sample.requested(asked), by), 5, 'done'), 5);
        const grants = Array.from({ length: 10 }, () => sample.failing(sample.revoking(active, by), 66));
        const targets = [{ id: 'p1/c', label: long }];
        const view = page({
          grants,
          wish: { ...everything, targets },
          older: { requestedAt: sample.start, id: 'g-0' },
        });
        expect(problemsOfView(view, 'modal').filter((problem) => !problem.includes('private_metadata'))).toEqual([]);
        expect(mentionsIn(asJson(view))).toEqual([]);
      }),
      { numRuns: 40 },
    );
    const view = page({ wish: longest });
    expect(problemsOfView(view, 'modal')).toEqual([]);
    expect(view.private_metadata?.length).toBeLessThan(3_000 - 200);
  });

  it('keeps its filter', () => {
    const { private_metadata = '' } = page({ wish: longest });
    expect(metadataOf({ private_metadata }, historyMetadata)?.wish).toEqual(longest);
  });

  it('offers the pages that there are', () => {
    const cursor = { requestedAt: sample.start, id: 'g-0123456789' };
    const grants = [sample.revoked()];
    expect(read(page({ grants, older: cursor, newer: cursor }))).toContain('[Newer] [Older]');
    expect(read(page({ grants, newer: cursor }))).toContain('[Newer]\nThere is nothing older.');
    expect(read(page({ grants }))).not.toContain('[Newer]');
    const [value] = JSON.stringify(page({ grants, older: cursor }).blocks).match(/\d+:g-[0-9a-z]+/) ?? [];
    expect(parseCursor(value ?? '')).toEqual(cursor);
  });

  it('reads no cursor from a value that no such button carries', () => {
    for (const value of ['', 'older', '1:', ':g-0', '-1:g-0', '1:x', '1:g-0:2'])
      expect(parseCursor(value)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (value) => parseCursor(value) === undefined));
  });
});

describe('the filter', () => {
  it.each([
    ['nothing', everything],
    ['everything there is to choose', longest],
  ])('gives back %s', (_, wish) => {
    const view = historyFilterModal(wish, sample.capabilities, {});
    expect(problemsOfView(view, 'modal')).toEqual([]);
    expect(filteredWish(submitted(view))).toEqual(wish);
  });

  it('takes days in their order', () => {
    expect(filterErrors({ ...everything, from: '2026-03-02', to: '2026-03-01' })).toEqual({
      'history-to': 'Choose 2 March 2026 or a later day, or leave one of the two empty.',
    });
    for (const days of [{ from: '2026-03-01', to: '2026-03-01' }, { from: '2026-03-01' }, { to: '2026-03-01' }, {}]) {
      expect(filterErrors({ ...everything, ...days })).toEqual({});
    }
  });

  it('leaves out what it did not offer', () => {
    const values = submitted(historyFilterModal(longest, sample.capabilities, {}));
    const foreign = JSON.parse(JSON.stringify(values).replaceAll('"denied"', '"deleted"').replaceAll('"365"', '"2"'));
    expect(filteredWish(foreign)).toEqual({
      ...longest,
      outcomes: historyOutcomes.filter((outcome) => outcome !== 'denied'),
      days: undefined,
    });
  });
});
