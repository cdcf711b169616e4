import { readFileSync } from 'node:fs';

/** What the README shows of another vendor: one entry of `organizations`. */
export function readmePortal(): string {
  const [, example] = /## Another vendor[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  if (example === undefined) throw new Error('The README shows no other vendor');
  return example;
}
