import { execFileSync } from 'node:child_process';

/** Tests that run the bot as a process of its own run what the build makes. Types are checked elsewhere. */
export default function build(): void {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--noCheck'], { stdio: 'inherit' });
}
