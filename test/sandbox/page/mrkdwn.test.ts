import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inline, parseMrkdwn } from '../../../src/sandbox/page/mrkdwn.ts';
import { escapeMrkdwn } from '../../../src/slack/text.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });
const bold = (...children: Inline[]): Inline => ({ kind: 'bold', children });
const link = (url: string, label: string): Inline => ({ kind: 'link', url, text: label });

describe('a line of mrkdwn', () => {
  const cases: readonly (readonly [name: string, mrkdwn: string, inlines: readonly Inline[]])[] = [
    ['plain words', 'nothing special', [text('nothing special')]],
    ['bold', '*open* now', [bold(text('open')), text(' now')]],
    ['italic', '_a_', [{ kind: 'italic', children: [text('a')] }]],
    ['struck', '~b~', [{ kind: 'strike', children: [text('b')] }]],
    ['bold around italic', '*a _b_*', [bold(text('a '), { kind: 'italic', children: [text('b')] })]],
    ['marks within words', 'snake_case_name 2*3*4', [text('snake_case_name 2*3*4')]],
    ['a star before a space', '* not bold *', [text('* not bold *')]],
    ['code, in which nothing is parsed', '`*a* &lt;b&gt;`', [{ kind: 'code', text: '*a* <b>' }]],
    ['escaped signs', 'a &amp; b &lt;c&gt;', [text('a & b <c>')]],
    ['a person', '<@U0ERIN001>', [{ kind: 'mention', sign: '@', id: 'U0ERIN001' }]],
    ['a person with a name', '<@U0ERIN001|erin>', [{ kind: 'mention', sign: '@', id: 'U0ERIN001' }]],
    ['a channel', '<#C1>', [{ kind: 'mention', sign: '#', id: 'C1' }]],
    ['a user group', '<!subteam^S1>', [{ kind: 'mention', sign: '@', id: 'S1' }]],
    ['everybody here', '<!here>', [{ kind: 'everybody', name: 'here' }]],
    ['a link', '<https://a.example/x_y_z>', [link('https://a.example/x_y_z', 'https://a.example/x_y_z')]],
    [
      'a link with a label',
      '<https://a.example/?a=1&amp;b=2|See _it_>',
      [link('https://a.example/?a=1&b=2', 'See _it_')],
    ],
    [
      'a date in bold',
      '*until <!date^1772470800^{date_short_pretty} at {time}|17:00>*',
      [
        bold(text('until '), {
          kind: 'date',
          unixSeconds: 1_772_470_800,
          format: '{date_short_pretty} at {time}',
          fallback: '17:00',
        }),
      ],
    ],
  ];
  it.each(cases)('%s', (_, mrkdwn, inlines) => {
    expect(parseMrkdwn(mrkdwn)).toEqual([{ kind: 'lines', lines: [inlines] }]);
  });

  it('shows exactly what was escaped, where it has no marks', () => {
    const unmarked = fc.string({ minLength: 1 }).filter((typed) => !/[*_~`\n\uE000\uE001]|^>/.test(typed));
    fc.assert(
      fc.property(unmarked, (typed) => {
        expect(parseMrkdwn(escapeMrkdwn(typed))).toEqual([{ kind: 'lines', lines: [[text(typed)]] }]);
      }),
    );
  });
});

describe('paragraphs of mrkdwn', () => {
  it('keep lines, quotations and preformatted text apart', () => {
    expect(parseMrkdwn('Why:\n&gt; one\n&gt; two\nThen\n```\na *b*\n  c\n```\nEnd')).toEqual([
      { kind: 'lines', lines: [[text('Why:')]] },
      {
        kind: 'quote',
        lines: [[text('one')], [text('two')]],
      },
      { kind: 'lines', lines: [[text('Then')]] },
      { kind: 'preformatted', text: 'a *b*\n  c' },
      { kind: 'lines', lines: [[text('End')]] },
    ]);
  });

  it('do not carry emphasis over a line', () => {
    expect(parseMrkdwn('*a\nb*')).toEqual([{ kind: 'lines', lines: [[text('*a')], [text('b*')]] }]);
  });
});
