import { describe, expect, test } from 'vitest';
import { problemsOfMessage, problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';

const text = (length: number, type = 'plain_text') => ({ type, text: 'x'.repeat(length) });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const option = (index: number, textLength = 5, valueLength = 5) => ({
  text: text(textLength),
  value: `${index}`.padEnd(valueLength, 'v'),
});
const button = (patch: object = {}, index = 0) => ({ type: 'button', text: text(5), action_id: `a${index}`, ...patch });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const input = (element: object, patch: object = {}) => ({ type: 'input', label: text(5), element, ...patch });
const section = (patch: object) => ({ type: 'section', ...patch });
const select = (patch: object) => ({ type: 'static_select', action_id: 'a', ...patch });
const confirm = (title: number, body: number, yes: number, no: number) => ({
  title: text(title),
  text: text(body, 'mrkdwn'),
  confirm: text(yes),
  deny: text(no),
});

/** At the limit it passes; one over, Slack points here. */
const LIMITS: [name: string, make: (size: number) => object, limit: number, pointer: string][] = [
  ['section text', (n) => section({ text: text(n, 'mrkdwn') }), 3000, '/text/text'],
  ['section fields', (n) => section({ fields: many(n, () => text(5)) }), 10, '/fields'],
  ['a section field', (n) => section({ fields: [text(n)] }), 2000, '/fields/0/text'],
  ['header', (n) => ({ type: 'header', text: text(n) }), 150, '/text/text'],
  ['button text', (n) => actions(button({ text: text(n) })), 75, '/elements/0/text/text'],
  ['button value', (n) => actions(button({ value: 'x'.repeat(n) })), 2000, '/elements/0/value'],
  ['action_id', (n) => actions(button({ action_id: 'x'.repeat(n) })), 255, '/elements/0/action_id'],
  ['block_id', (n) => ({ type: 'divider', block_id: 'x'.repeat(n) }), 255, '/block_id'],
  ['actions', (n) => actions(...many(n, (index) => button({}, index))), 25, '/elements'],
  ['context', (n) => ({ type: 'context', elements: many(n, () => text(5)) }), 10, '/elements'],
  ['confirm title', (n) => actions(button({ confirm: confirm(n, 5, 5, 5) })), 100, '/elements/0/confirm/title/text'],
  ['confirm text', (n) => actions(button({ confirm: confirm(5, n, 5, 5) })), 300, '/elements/0/confirm/text/text'],
  ['confirm yes', (n) => actions(button({ confirm: confirm(5, 5, n, 5) })), 30, '/elements/0/confirm/confirm/text'],
  ['confirm no', (n) => actions(button({ confirm: confirm(5, 5, 5, n) })), 30, '/elements/0/confirm/deny/text'],
  ['options', (n) => actions(select({ options: many(n, (index) => option(index)) })), 100, '/elements/0/options'],
  ['option text', (n) => actions(select({ options: [option(1, n)] })), 75, '/elements/0/options/0/text/text'],
  ['option value', (n) => actions(select({ options: [option(1, 5, n)] })), 150, '/elements/0/options/0/value'],
  [
    'placeholder',
    (n) => actions(select({ options: [option(1)], placeholder: text(n) })),
    150,
    '/elements/0/placeholder/text',
  ],
  [
    'overflow',
    (n) => actions({ type: 'overflow', action_id: 'a', options: many(n, (index) => option(index)) }),
    5,
    '/elements/0/options',
  ],
  [
    'radio buttons',
    (n) => actions({ type: 'radio_buttons', action_id: 'a', options: many(n, (index) => option(index)) }),
    10,
    '/elements/0/options',
  ],
  ['input label', (n) => input({ type: 'plain_text_input' }, { label: text(n) }), 2000, '/label/text'],
  ['input hint', (n) => input({ type: 'plain_text_input' }, { hint: text(n) }), 2000, '/hint/text'],
  ['max_length', (n) => input({ type: 'plain_text_input', max_length: n }), 3000, '/element/max_length'],
  ['min_length', (n) => input({ type: 'plain_text_input', min_length: n }), 3000, '/element/min_length'],
];

describe('limits that hold on every surface', () => {
  test.each(LIMITS)('%s', (_, make, limit, pointer) => {
    for (const size of [limit, limit + 1]) {
      const expected = (root: string) =>
        size > limit ? [expect.stringContaining(`[json-pointer:${root}${pointer}]`)] : [];
      const blocks = [make(size)];
      const modal = { type: 'modal', title: text(5), submit: text(5), blocks };
      expect(problemsOfMessage(blocks)).toEqual(expected('/blocks/0'));
      expect(problemsOfView(modal, 'modal')).toEqual(expected('/view/blocks/0'));
      expect(problemsOfView({ type: 'home', blocks }, 'home')).toEqual(expected('/view/blocks/0'));
    }
  });
});

describe('limits of views', () => {
  const modal = { type: 'modal', title: text(5), blocks: [] };

  test.each([
    ['title', { title: text(24) }, { title: text(25) }, '/view/title/text'],
    ['submit', { submit: text(24) }, { submit: text(25) }, '/view/submit/text'],
    ['close', { close: text(24) }, { close: text(25) }, '/view/close/text'],
    [
      'private_metadata',
      { private_metadata: 'x'.repeat(3000) },
      { private_metadata: 'x'.repeat(3001) },
      '/view/private_metadata',
    ],
    ['callback_id', { callback_id: 'x'.repeat(255) }, { callback_id: 'x'.repeat(256) }, '/view/callback_id'],
    ['submit for inputs', {}, { blocks: [input({ type: 'plain_text_input' })] }, '/view'],
  ])('%s', (_, good, bad, pointer) => {
    expect(problemsOfView({ ...modal, ...good }, 'modal')).toEqual([]);
    expect(problemsOfView({ ...modal, ...bad }, 'modal')).toEqual([
      expect.stringContaining(`[json-pointer:${pointer}]`),
    ]);
  });

  test('a view of another type, or none', () => {
    expect(problemsOfView({ ...modal, type: 'home' }, 'modal')).toHaveLength(1);
    expect(problemsOfView(undefined, 'modal')).toHaveLength(1);
  });

  test('blocks: 50 in a message, 100 in a view', () => {
    const blocks = (count: number) => many(count, () => ({ type: 'divider' }));
    expect([problemsOfMessage(blocks(50)), problemsOfMessage(blocks(51)).length]).toEqual([[], 1]);
    for (const type of ['modal', 'home'] as const) {
      expect(problemsOfView({ ...modal, type, blocks: blocks(100) }, type)).toEqual([]);
      expect(problemsOfView({ ...modal, type, blocks: blocks(101) }, type)).toHaveLength(1);
    }
  });
});

describe('which surface takes which block', () => {
  const rich = {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
  };
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };

  test.each([
    ['rich_text', rich, 'message modal home'],
    ['context', { type: 'context', elements: [text(1)] }, 'message modal home'],
    ['alert', { type: 'alert', text: text(1), level: 'warning' }, 'modal'],
    ['table', table, 'message'],
    ['markdown', { type: 'markdown', text: 'x' }, 'message'],
    ['card', { type: 'card', title: text(1, 'mrkdwn'), actions: [button()] }, 'message home'],
    ['container', { type: 'container', title: text(1), child_blocks: [rich] }, 'message home'],
    ['file', { type: 'file', external_id: 'x', source: 'remote' }, ''],
    ['sections', { type: 'sections' }, ''],
    ['number input', input({ type: 'number_input', is_decimal_allowed: false }), 'modal'],
    ['date and time', actions({ type: 'datetimepicker', action_id: 'a' }), 'message modal'],
  ])('%s', (_, block, surfaces) => {
    const taken = [
      ...(problemsOfMessage([block]).length === 0 ? ['message'] : []),
      ...(problemsOfView({ type: 'modal', title: text(1), submit: text(1), blocks: [block] }, 'modal').length === 0
        ? ['modal']
        : []),
      ...(problemsOfView({ type: 'home', blocks: [block] }, 'home').length === 0 ? ['home'] : []),
    ];
    expect(taken.join(' ')).toBe(surfaces);
  });

  test.each([
    [
      'the same block_id twice',
      [
        { type: 'divider', block_id: 'x' },
        { type: 'divider', block_id: 'x' },
      ],
    ],
    ['the same action_id twice in a block', [actions(button(), button())]],
    ['two tables', [table, table]],
    ['an input in actions', [actions({ type: 'plain_text_input', action_id: 'a' })]],
    ['a section without text', [section({})]],
    ['empty text', [section({ text: text(0) })]],
    [
      'empty rich text',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] }],
    ],
    [
      'an unknown rich text element',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'mention' }] }] }],
    ],
    ['mrkdwn in a header', [{ type: 'header', text: text(1, 'mrkdwn') }]],
    ['an initial option that is not on offer', [actions(select({ options: [option(1)], initial_option: option(2) }))]],
    ['a menu without options', [actions(select({ options: [] }))]],
    ['a button style', [actions(button({ style: 'warning' }))]],
    ['min above max', [input({ type: 'plain_text_input', min_length: 5, max_length: 4 })]],
    ['a block that is no object', ['divider']],
    ['blocks that are no list', { type: 'divider' }],
  ])('%s is refused', (_, blocks) => {
    expect(problemsOfMessage(blocks)).toHaveLength(1);
  });
});
