import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePointer, valueAt } from '../../../src/providers/portal/json-pointer.ts';
import { parseInstant, readStatus, type StatusFields } from '../../../src/providers/portal/status.ts';

const types = ['read', 'full'].map((id, rank) => ({
  id,
  keyword: id,
  label: id,
  canSee: [],
  cannotSee: [],
  rank,
  needsBlock: false,
  warnings: [],
  revokeWarnings: [],
}));

describe('JSON pointers', () => {
  it('find whatever stands in a document', () => {
    const step = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), fc.jsonValue(), (steps, value) => {
        const document = steps.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value);
        const text = steps.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        const pointer = parsePointer(text);
        expect(pointer).toEqual(steps);
        expect(valueAt(document, pointer ?? [])).toEqual(value);
      }),
    );
  });

  it.each(['a', '/~', '/~2', '/a~', 'a/b', '#/a'])('are not %s', (text) => {
    expect(parsePointer(text)).toBeUndefined();
  });

  it('see only what the document itself has', () => {
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt([1], ['length'])).toBeUndefined();
    expect(valueAt([1, [2]], ['1', '0'])).toBe(2);
    expect(valueAt([1], ['00'])).toBeUndefined();
    expect(valueAt('text', ['0'])).toBeUndefined();
  });
});

describe('instants', () => {
  it('are the same in every form', () => {
    const at = fc.date({ min: new Date('1975-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(at, (date) => {
        const seconds = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
        for (const form of [seconds.getTime() / 1_000, String(seconds.getTime() / 1_000), seconds.toISOString()]) {
          expect(parseInstant(form)).toEqual(seconds);
        }
        for (const form of [date.getTime(), String(date.getTime()), date.toISOString()]) {
          expect(parseInstant(form)).toEqual(date);
        }
      }),
    );
  });

  it('are none without an offset, or of anything else', () => {
    const others = ['2026-03-01T12:00:00', '2026-03-01', 'soon', '', true, {}, [], -1, Number.NaN, '1e9', 1e300, null];
    expect(others.map(parseInstant)).toEqual(others.map(() => undefined));
  });
});

describe('a status', () => {
  const fields: StatusFields = { open: { at: ['enabled'] }, until: ['until'], type: ['level'] };
  const inWords: StatusFields = { open: { at: ['state'], words: { open: ['on'], closed: ['off', 'expired'] } } };

  it.each([
    [{ enabled: false }, { state: 'closed' }],
    [
      { enabled: true, until: 1772370000, level: 'full' },
      { state: 'open', until: new Date(1772370000_000), type: 'full' },
    ],
    [
      { enabled: true, until: null, level: 'read' },
      { state: 'open', until: undefined, type: 'read' },
    ],
  ])('%j is read as %j', (answer, expected) => {
    expect(readStatus(answer, fields, types)).toEqual(expected);
  });

  it('by words', () => {
    expect(readStatus({ state: 'on' }, inWords, types)).toEqual({ state: 'open', until: undefined });
    expect(readStatus({ state: 'expired' }, inWords, types)).toEqual({ state: 'closed' });
    expect(readStatus({ state: 'pending' }, inWords, types).state).toBe('not-understood');
  });

  it('is never closed unless it says so', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const says = typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'enabled');
        fc.pre(!says);
        expect(readStatus(answer, fields, types).state).toBe('not-understood');
        expect(readStatus({ enabled: answer }, fields, types).state === 'closed').toBe(answer === false);
      }),
    );
  });

  it.each([
    { enabled: 'true' },
    { enabled: 1 },
    { enabled: true, until: 'soon', level: 'full' },
    { enabled: true, level: 'other' },
    { enabled: true },
  ])('%j is not understood', (answer) => {
    expect(readStatus(answer, fields, types).state).toBe('not-understood');
  });
});
