import type { CallFacts, Verdict } from '../calls/errors.ts';
import { judgeStatus } from '../calls/statuses.ts';

/** An answer other than the one that was expected, and what the portal wrote of why. */
export function judgeAnswer(facts: CallFacts, status: number, text: string): { verdict: Verdict; detail: string } {
  return { verdict: judge(facts, status, text), detail: text.replace(/\s+/g, ' ').trim() };
}

function judge(facts: CallFacts, status: number, text: string): Verdict {
  const { vendor, account, role } = facts;
  // OAuth lets a token endpoint answer `invalid_client` with 400 as well (RFC 6749, 5.2).
  if (status === 401 || (status === 400 && /"error"\s*:\s*"invalid_client"/.test(text))) {
    return {
      code: 'unauthorized',
      refused: true,
      temporary: false,
      what: `${vendor} does not accept ${account}: its secret may be wrong, expired or withdrawn.`,
      next: 'Whoever runs Portcullis can give it a new secret.',
    };
  }
  if (status === 403) {
    return {
      code: 'forbidden',
      refused: true,
      temporary: false,
      what: `${vendor} refused: ${account} lacks ${role}.`,
      next: `An administrator of ${vendor} can give it that right.`,
    };
  }
  if (status >= 300 && status < 400) {
    return {
      code: 'bad-answer',
      refused: false,
      temporary: false,
      what: `${vendor} sent the call elsewhere (HTTP ${status}), and Portcullis does not follow.`,
      next: 'Whoever runs Portcullis can correct the address.',
    };
  }
  return judgeStatus(facts, status);
}
