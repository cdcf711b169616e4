import type { CheckedClock } from '../checked-clock.ts';
import { type Check, type Finding, good, unknown, wrong } from '../findings.ts';

/** Whether this machine's clock agrees with that of the database, by which every process goes. */
export function clockCheck(clock: CheckedClock): Check {
  return {
    name: 'clock',
    subject: 'The clock',
    async run() {
      await clock.check();
      return [clockFinding(clock)];
    },
  };
}

function clockFinding(clock: CheckedClock): Finding {
  const standing = clock.standing();
  switch (standing.kind) {
    case 'agrees':
      return good("This machine's clock agrees with that of the database.");
    case 'unknown':
      return unknown("This machine's clock could not be compared with that of the database.");
    case 'off': {
      const seconds = Math.round(Math.abs(standing.aheadMs) / 1_000);
      const where = standing.aheadMs > 0 ? 'ahead of' : 'behind';
      return wrong(`This machine's clock is ${seconds} s ${where} that of the database: nothing is done by time.`, {
        mend: 'Have the clocks of both set by a time service (NTP).',
        who: 'operator',
      });
    }
  }
}
