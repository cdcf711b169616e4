import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mentionsIn } from '../../../src/sandbox/slack/mentions.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';

const names = (id: string): string => ({ U1: 'Erin', S1: 'dba', C1: 'atlas-access' })[id] ?? id;
const now = new Date('2026-03-04T10:00:00Z');
const at = (iso: string): number => new Date(iso).getTime() / 1000;
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const render = (text: string): string => renderAsText({ text }, { now, names });
const richText = (...elements: object[]) => ({ type: 'rich_text', elements });
const richSection = (...elements: object[]) => ({ type: 'rich_text_section', elements });

describe('mrkdwn', () => {
  test.each([
    ['<@U1> and <@U1|erin> of <!subteam^S1>', '@Erin and @Erin of @dba'],
    ['<!channel> <!here> <#C1|x>', '@channel @here #atlas-access'],
    ['<https://a.example/_x_?a=1&amp;b=2|the *page*>', 'the *page* (https://a.example/_x_?a=1&b=2)'],
    ['<https://a.example>', 'https://a.example'],
    ['&lt;@U1&gt; &amp;amp; &lt;!channel&gt;', '<@U1> &amp; <!channel>'],
    ['*bold* _it_ ~no~ snake_case_name 2*3*4 * x *', 'bold it no snake_case_name 2*3*4 * x *'],
    ['*<@U1> asks*', '@Erin asks'],
    ['`*code* &lt;` and ```_pre_```', '`*code* <` and ```_pre_```'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  test.each([
    ['{date_num} {time}', '2026-03-04T14:05:09Z', '2026-03-04 14:05 UTC'],
    ['{date_short_pretty} at {time}', '2026-03-04T14:05:00Z', 'today at 14:05 UTC'],
    ['{date_short_pretty} at {time}', '2026-03-05T00:05:00Z', 'tomorrow at 00:05 UTC'],
    ['{date_pretty}', '2026-03-03T23:59:00Z', 'yesterday'],
    ['{date_short_pretty}', '2026-03-09T00:00:00Z', 'Mar 9, 2026'],
    ['{date_long}', '2026-03-09T00:00:00Z', 'Monday, March 9, 2026'],
    ['{ago}', '2026-03-04T14:00:00Z', 'in 4 hours'],
    ['{ago}', '2026-03-04T09:59:00Z', '1 minute ago'],
    ['{ago}', '2026-03-04T10:00:00Z', 'now'],
    ['{nonsense}', '2026-03-04T10:00:00Z', 'fallback'],
  ])('the date %s of %s', (format, iso, expected) => {
    expect(render(`<!date^${at(iso)}^${format}|fallback>`)).toBe(expected);
  });
});

test('a message with every kind of block', () => {
  const blocks = [
    { type: 'header', text: plain('Access requested') },
    {
      type: 'section',
      text: mrkdwn('*Cluster* payments-prod'),
      fields: [mrkdwn('*Until*\n18:00')],
      accessory: { type: 'button', text: plain('Open'), action_id: 'o' },
    },
    { type: 'divider' },
    { type: 'context', elements: [mrkdwn('by <@U1>'), plain('2 owners')] },
    {
      type: 'actions',
      elements: [
        { type: 'button', text: plain('Approve for 4 h'), action_id: 'a' },
        { type: 'static_select', action_id: 's', placeholder: plain('Cluster'), options: [] },
        {
          type: 'overflow',
          action_id: 'v',
          options: [
            { text: plain('Extend'), value: 'e' },
            { text: plain('Revoke'), value: 'r' },
          ],
        },
      ],
    },
    richText(
      richSection(
        { type: 'text', text: '<!channel> *x* ' },
        { type: 'user', user_id: 'U1' },
        { type: 'link', url: 'https://a.example', text: 'page' },
      ),
      {
        type: 'rich_text_list',
        style: 'ordered',
        elements: [richSection({ type: 'text', text: 'one' }), richSection({ type: 'text', text: 'two' })],
      },
      { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [richSection({ type: 'text', text: 'three' })] },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said\nso' }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'code' }] },
      richSection({ type: 'date', timestamp: at('2026-03-04T14:00:00Z'), format: '{ago}', fallback: 'later' }),
    ),
    {
      type: 'table',
      rows: [
        [
          { type: 'raw_text', text: 'Cluster' },
          { type: 'raw_text', text: 'State' },
        ],
        [richText(richSection({ type: 'text', text: 'payments-prod' })), { type: 'raw_text', text: 'open' }],
      ],
    },
    {
      type: 'card',
      title: mrkdwn('Card'),
      body: mrkdwn('*Body*'),
      actions: [{ type: 'button', text: plain('Go'), action_id: 'g' }],
    },
  ];
  expect(renderAsText({ text: 'not shown', blocks }, { now, names })).toBe(`# Access requested
Cluster payments-prod
Until
18:00  [Open]
────────
by @Erin · 2 owners
[Approve for 4 h] [Cluster ▾] [⋯ Extend | Revoke]
<!channel> *x* @Erinpage (https://a.example)
1. one
2. two
  • three
> said
> so
\`\`\`
code
\`\`\`
in 4 hours
Cluster       | State
payments-prod | open
Card
Body
[Go]`);
});

test('a modal with what has been entered', () => {
  const options = [
    { text: plain('logs only'), value: 'l' },
    { text: plain('everything'), value: 'e' },
  ];
  const view = {
    type: 'modal',
    title: plain('Ask for access'),
    submit: plain('Ask'),
    blocks: [
      { type: 'alert', level: 'warning', text: plain('Support may read logs') },
      {
        type: 'input',
        block_id: 'r',
        label: plain('Reason'),
        hint: plain('a ticket helps'),
        element: { type: 'plain_text_input', action_id: 'r' },
      },
      {
        type: 'input',
        block_id: 'c',
        optional: true,
        label: plain('Case'),
        element: { type: 'plain_text_input', action_id: 'c' },
      },
      {
        type: 'input',
        block_id: 't',
        label: plain('Type'),
        element: { type: 'radio_buttons', action_id: 't', options },
      },
      {
        type: 'input',
        block_id: 's',
        label: plain('Cluster'),
        element: { type: 'external_select', action_id: 's', placeholder: plain('Search') },
      },
    ],
    state: {
      values: {
        c: { c: { type: 'plain_text_input', value: '01234' } },
        t: { t: { type: 'radio_buttons', selected_option: options[1] } },
      },
    },
  };
  expect(renderAsText(view, { now, names })).toBe(`=== Ask for access ===
[warning] Support may read logs
Reason: ____ (a ticket helps)
Case (optional): 01234
Type: ( ) logs only
(•) everything
Cluster: [Search ▾]
[Ask] [Cancel]`);
});

describe('mentions that would fire', () => {
  test('from text, mrkdwn, attachments and rich text', () => {
    const message = {
      text: '<@U1> <!here|here>',
      blocks: [
        { type: 'section', text: mrkdwn('<!subteam^S1|@dba> <@W2>'), fields: [mrkdwn('<!everyone>')] },
        richText(
          richSection(
            { type: 'user', user_id: 'U3' },
            { type: 'usergroup', usergroup_id: 'S2' },
            { type: 'broadcast', range: 'channel' },
          ),
        ),
        { type: 'table', rows: [[richText(richSection({ type: 'user', user_id: 'U4' }))]] },
      ],
      attachments: [{ text: '<@U5>', fields: [{ value: '<@U6>' }], blocks: [{ type: 'markdown', text: '<@U7>' }] }],
    };
    expect(mentionsIn(message)).toEqual([
      '<@U1>',
      '<!here>',
      '<!subteam^S1>',
      '<@W2>',
      '<!everyone>',
      '<@U3>',
      '<!subteam^S2>',
      '<!channel>',
      '<@U4>',
      '<@U5>',
      '<@U6>',
      '<@U7>',
    ]);
  });

  test('whatever is typed fires nothing in rich text, plain text or when escaped, and reads as it was typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.constantFrom('<!channel>', '<@U1>', '<!subteam^S1>', '<@U1|x>', '&lt;!here&gt;'),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        const blocks = [
          richText(richSection({ type: 'text', text })),
          { type: 'header', text: plain(text) },
          { type: 'section', text: mrkdwn(escaped) },
        ];
        expect(mentionsIn({ text: escaped, blocks })).toEqual([]);
        expect(renderAsText({ blocks: blocks.slice(0, 1) }, { now, names })).toBe(text);
      }),
    );
  });
});
