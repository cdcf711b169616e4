import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeBlock, escapeMrkdwn, link, mention, plain, slackDate, typed } from '../../src/slack/text.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '|', '!', '@', 'a', ' ', '\n', '😀', '\ud83d', '&lt;', '&amp;') }),
);

/** What Slack does when it shows escaped text. */
const decode = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

describe('escapeMrkdwn', () => {
  it.each([
    ['<!channel> & <@U0123456789>', '&lt;!channel&gt; &amp; &lt;@U0123456789&gt;'],
    ['&lt;', '&amp;lt;'],
    ['*bold* `code`', '*bold* `code`'],
  ])('turns %s into %s', (text, escaped) => {
    expect(escapeMrkdwn(text)).toBe(escaped);
  });

  it('leaves no angle bracket and no bare ampersand, and is shown as what it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeMrkdwn(text)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(decode(escapeMrkdwn(text))).toBe(text);
      }),
    );
  });
});

describe('plain', () => {
  it('keeps a text that fits', () => {
    expect(plain('Approve for 24 h', 16)).toEqual({ type: 'plain_text', text: 'Approve for 24 h', emoji: false });
  });

  it('cuts a longer one and says so', () => {
    expect(plain('Approve for 24 h', 8).text).toBe('Approve…');
  });

  it('does not cut an emoji in two', () => {
    expect(plain('😀😀😀', 4).text).toBe('😀…');
    expect(plain('😀'.repeat(3000), 3000).text).toBe(`${'😀'.repeat(1499)}…`);
  });

  it('never exceeds the limit nor makes half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const cut = plain(text, max).text;
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(Buffer.from(cut).toString()).toBe(cut);
        expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true);
        if (text.length <= max) expect(cut).toBe(text);
      }),
    );
  });
});

describe('blocks for text that is shown exactly', () => {
  it('quotes what a person typed, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(typed(text)).toEqual({
          type: 'rich_text',
          elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }],
        });
      }),
    );
  });

  it('shows text to copy in fixed width', () => {
    expect(codeBlock('Cluster: web-1\n```')).toEqual({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'Cluster: web-1\n```' }] }],
    });
  });
});

describe('slackDate', () => {
  const date = new Date('2026-03-01T10:00:00.900Z');

  it('shows date and time, with a fallback in UTC, to the second', () => {
    expect(slackDate(date)).toBe('<!date^1772359200^{date_short_pretty} at {time}|2026-03-01T10:00:00Z>');
  });

  it('takes another format', () => {
    expect(slackDate(date, '{ago}')).toBe('<!date^1772359200^{ago}|2026-03-01T10:00:00Z>');
  });
});

describe('mention', () => {
  it('names a user', () => {
    expect(mention('U0123456789')).toBe('<@U0123456789>');
  });
});

describe('link', () => {
  it('keeps an ordinary address', () => {
    expect(link('https://example.com/a?b=c&d=e#f', 'R&D <1>')).toBe(
      '<https://example.com/a?b=c&amp;d=e#f|R&amp;D &lt;1&gt;>',
    );
  });

  it('encodes what would end it', () => {
    expect(link('https://example.com/a|b>c "d', 'x')).toBe('<https://example.com/a%7Cb%3Ec%20%22d|x>');
  });

  it('is one link whatever address and text are', () => {
    fc.assert(
      fc.property(anyText, anyText, (path, text) => {
        expect(link(`https://example.com/${path}`, text)).toMatch(/^<https:\/\/example\.com\/[^<>|\s]*\|[^<>\n]*>$/);
      }),
    );
  });
});
