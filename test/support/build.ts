import { execFileSync } from 'node:child_process';
import { readyBundle, sandboxPage } from '../../src/sandbox/page-server/bundle.ts';

/**
 * Tests that run the bot as a process of its own run what the build makes, and browsers load the sandbox's page that is
 * built here once. Types are checked elsewhere.
 */
export default async function build(): Promise<void> {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--noCheck'], { stdio: 'inherit' });
  await readyBundle(sandboxPage, () => {});
}
