import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/slack/commands/parse-command.ts';

describe('parseCommand', () => {
  it.each(['status', 'request', 'grant', 'revoke', 'history', 'block', 'unblock', 'whoami', 'help'])(
    'knows %s',
    (subcommand) => {
      expect(parseCommand(subcommand)).toEqual({ subcommand, word: subcommand, rest: '' });
      expect(parseCommand(` ${subcommand.toUpperCase()}\u00a0 web-1 `)).toEqual({
        subcommand,
        word: subcommand.toUpperCase(),
        rest: 'web-1',
      });
    },
  );

  it.each(['', '   ', '\u00a0'])('takes "%s" for status', (text) => {
    expect(parseCommand(text)).toEqual({ subcommand: 'status', word: '', rest: '' });
  });

  it.each(['“help”', '"help"', '`help`', '‘Help’'])('looks behind the quotation marks of %s', (word) => {
    expect(parseCommand(word)).toEqual({ subcommand: 'help', word, rest: '' });
  });

  it.each(['open', 'constructor', 'statuses', '"help'])('does not know %s', (word) => {
    expect(parseCommand(`${word} web-1`)).toEqual({ subcommand: 'unknown', word, rest: 'web-1' });
  });

  it('decodes what Slack escaped, once, and leaves the rest as typed', () => {
    expect(parseCommand('request  web-1   R&amp;D says &amp;amp; &lt;!channel&gt; &quot;\n“slow”  ').rest).toBe(
      'web-1   R&D says &amp; <!channel> &quot;\n“slow”',
    );
  });

  it('splits any text without loss', () => {
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { word, rest } = parseCommand(escaped(text));
        expect(text.trim().startsWith(word)).toBe(true);
        expect(text.trim().slice(word.length).trim()).toBe(rest);
      }),
    );
  });
});
