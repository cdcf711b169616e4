import { MongoError } from 'mongodb';
import { away, type Check, type Finding } from '../findings.ts';
import type { Logger } from '../log.ts';
import { ProviderError } from '../providers/provider.ts';
import { PeopleError } from '../work/people.ts';

/** Longer than any one call to the outside may take. */
const withinMs = 12_000;

/** Carries out a check, bounded in real time; that it could not be asked is a finding. */
export async function examine(check: Check, log: Logger): Promise<readonly Finding[]> {
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      giveUp.abort();
      resolve([notAsked(check, `there was no answer within ${withinMs / 1_000} seconds.`)]);
    }, withinMs);
  });
  try {
    return await Promise.race([check.run(giveUp.signal), late]);
  } catch (error) {
    return [notAsked(check, reasonOf(error, check, log))];
  } finally {
    clearTimeout(timer);
  }
}

const notAsked = ({ subject }: Check, reason: string): Finding =>
  away(`${subject} could not be checked: ${reason}`, { who: 'operator' });

function reasonOf(error: unknown, check: Check, log: Logger): string {
  if (error instanceof ProviderError || error instanceof PeopleError) return error.message;
  if (error instanceof MongoError) return 'MongoDB does not answer.';
  log.error({ err: error, check: check.name }, 'A check failed in a way that was not foreseen');
  return 'that failed in a way that was not foreseen; the log says more.';
}
