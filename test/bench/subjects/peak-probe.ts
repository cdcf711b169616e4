import { writeSync } from 'node:fs';

/** Loaded into a process before it does anything: says at its end, on standard error, the most that it ever held resident. */
process.on('exit', () => {
  writeSync(2, `peak ${process.resourceUsage().maxRSS} KiB\n`);
});
