import { execFileSync } from 'node:child_process';

/** Tests that run the bot as a process of its own run what the build made: it is made before the first of them. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
