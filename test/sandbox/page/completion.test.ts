import { describe, expect, it } from 'vitest';
import { completed, completionOf } from '../../../src/sandbox/page/completion.ts';
import type { PageCommand } from '../../../src/sandbox/page/protocol.ts';

const command = (words: string, usage = ''): PageCommand => ({
  command: `/support-access ${words}`,
  usage,
  description: `about ${words}`,
});
const commands = [command('request', '[cluster]'), command('revoke', '[cluster or id]'), command('block')];

/** The offered commands by their last word, or what is offered instead. */
function offered(line: string): readonly string[] | string {
  const completion = completionOf(line, commands);
  switch (completion.kind) {
    case 'none':
      return 'nothing';
    case 'usage':
      return `usage of ${completion.command.command}`;
    case 'choices':
      return completion.commands.map((one) => one.command.split(' ').at(-1) ?? '');
  }
}

describe('what the composer offers', () => {
  it.each([
    ['', 'nothing'],
    ['hello', 'nothing'],
    ['/', ['request', 'revoke', 'block']],
    ['/sup', ['request', 'revoke', 'block']],
    ['/SUPPORT-ACCESS RE', ['request', 'revoke']],
    ['/support-access ', ['request', 'revoke', 'block']],
    ['/support-access request', ['request']],
    ['/support-access request ', 'usage of /support-access request'],
    ['/support-access request payments-prod', 'usage of /support-access request'],
    ['/rev', ['revoke']],
    ['/unknown', 'nothing'],
    ['/support-access unknown', 'nothing'],
  ])('for %j is %j', (line, what) => {
    expect(offered(line)).toEqual(what);
  });

  it('tells a command from a longer one that begins with it', () => {
    const both = [command('status'), { command: '/support-access', usage: '', description: '' }];
    expect(completionOf('/support-access st', both)).toEqual({ kind: 'choices', commands: [both[0]] });
    expect(completionOf('/support-access status now', both)).toEqual({ kind: 'usage', command: both[0] });
  });

  it('leaves room for what follows, where something may follow', () => {
    expect(commands.map(completed)).toEqual([
      '/support-access request ',
      '/support-access revoke ',
      '/support-access block',
    ]);
  });
});
