import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, root } from './project.ts';

const [, table = ''] = /\n## Who could try what\n(.*?)\n## /s.exec(read('SECURITY.md')) ?? [];
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, who = '', stops = '', shown = '']) => ({ who: /\*\*(.+?)\*\*/.exec(who)?.[1] ?? who, stops, shown }));

/** The files that are named, each with the words quoted after it. */
const evidence = (shown: string) =>
  shown.split(/(?=`test\/)/).flatMap((part) => {
    const [, file] = /^`(test\/\S+)`/.exec(part) ?? [];
    return file === undefined
      ? []
      : [{ file, words: [...part.matchAll(/"([^"]+)"/g)].map(([, quoted = '']) => quoted) }];
  });

describe('what SECURITY.md says is shown by a test', () => {
  it('is said of every threat, or that no test shows it', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const { who, stops, shown } of rows) {
      expect(stops, who).not.toBe('');
      expect(evidence(shown).length > 0 || shown === 'not shown by a test', who).toBe(true);
    }
  });

  it.each(rows.map(({ who, shown }) => [who, shown] as const))('is: %s', (_, shown) => {
    for (const { file, words } of evidence(shown)) {
      expect(existsSync(root + file), file).toBe(true);
      const source = read(file);
      for (const begin of words) expect(source, file).toContain(begin);
    }
  });
});
