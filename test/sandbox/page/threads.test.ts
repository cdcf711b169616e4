import { describe, expect, it } from 'vitest';
import type { PageMessage } from '../../../src/sandbox/page/protocol.ts';
import { entriesOf } from '../../../src/sandbox/page/threads.ts';

const message = (ts: string, more: Partial<PageMessage> = {}): PageMessage => ({
  ts,
  at: '2026-03-02T09:00:00.000Z',
  broadcast: false,
  author: 'Portcullis',
  isBot: true,
  edited: false,
  ephemeral: false,
  text: ts,
  blocks: [],
  ...more,
});

const outline = (messages: readonly PageMessage[]): string[] =>
  entriesOf(messages).map(({ message: { ts }, replies }) => [ts, ...replies.map((reply) => reply.ts)].join(' > '));

describe('a conversation', () => {
  it('has replies under what they answer', () => {
    expect(
      outline([message('1'), message('2'), message('3', { threadTs: '1' }), message('4', { threadTs: '1' })]),
    ).toEqual(['1 > 3 > 4', '2']);
  });

  it('shows a reply in the channel too, where it was sent there', () => {
    expect(outline([message('1'), message('2', { threadTs: '1', broadcast: true })])).toEqual(['1 > 2', '2']);
  });

  it('keeps a reply to something that this person cannot see', () => {
    expect(outline([message('2', { threadTs: '1' }), message('3')])).toEqual(['2', '3']);
  });
});
