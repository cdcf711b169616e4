import { type CallFacts, notUnderstood, type Verdict } from './errors.ts';

/** What a status other than the expected one means at any vendor (RFC 9110; RFC 6585 for 429). Those with words of their own are judged before. */
export function judgeStatus(facts: CallFacts, status: number): Verdict {
  const { vendor, subject } = facts;
  switch (status) {
    case 404:
      return {
        code: 'not-found',
        refused: true,
        temporary: false,
        what: `${vendor} does not know ${subject}.`,
        next: 'It may have been deleted or renamed.',
      };
    case 409:
      return {
        code: 'conflict',
        refused: true,
        temporary: true,
        what: `${vendor} is busy with another change of the same thing.`,
        next: 'It can be tried again when that change is done.',
      };
    case 429:
      return {
        code: 'rate-limited',
        refused: true,
        temporary: true,
        what: `${vendor} takes no more calls for the moment: there have been too many.`,
        next: 'It can be tried again in a few minutes.',
      };
  }
  if (status >= 500 || status === 408) {
    return {
      code: 'unavailable',
      refused: false,
      temporary: true,
      what: `${vendor} has trouble of its own (HTTP ${status}).`,
      next: 'It can be tried again in a few minutes.',
    };
  }
  if (status >= 400) {
    return {
      code: 'invalid',
      refused: true,
      temporary: false,
      what: `${vendor} refused the call as wrong (HTTP ${status}).`,
      next: `Whoever runs Portcullis finds ${vendor}'s reason in the log.`,
    };
  }
  return notUnderstood(facts, `(HTTP ${status})`, false);
}
