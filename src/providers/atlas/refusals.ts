import { z } from 'zod';
import type { CallFacts, Verdict } from '../calls/errors.ts';
import { judgeStatus } from '../calls/statuses.ts';

/** Atlas's error body, or that of its token endpoint, which is OAuth's. */
const errorBody = z.object({
  errorCode: z.string().optional(),
  reason: z.string().optional(),
  detail: z.string().optional(),
  error: z.union([z.string(), z.number()]).optional(),
  error_description: z.string().optional(),
});
type ErrorBody = z.infer<typeof errorBody>;

function parseErrorBody(text: string): ErrorBody {
  try {
    return errorBody.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** An answer other than the one the call is documented to give, and what Atlas wrote of why. */
export function judgeAnswer(facts: CallFacts, status: number, text: string): { verdict: Verdict; detail: string } {
  const body = parseErrorBody(text);
  const code = body.errorCode ?? (typeof body.error === 'string' ? body.error : undefined);
  const written = [code, body.reason, body.detail ?? body.error_description].filter(
    (part) => part !== undefined && part !== '',
  );
  return { verdict: judge(facts, status, code), detail: written.join(': ') };
}

function judge(facts: CallFacts, status: number, errorCode: string | undefined): Verdict {
  const { account, role } = facts;
  if (errorCode === 'IP_ADDRESS_NOT_ON_ACCESS_LIST') {
    return {
      code: 'forbidden',
      refused: true,
      temporary: false,
      what: `Atlas refused: this server's address is not on the access list of ${account}.`,
      next: 'An organization owner can add it in Atlas.',
    };
  }
  // Atlas has long reported a missing role as 401 with this code; a token it does not accept carries another.
  if (status === 403 || errorCode === 'USER_UNAUTHORIZED') {
    return {
      code: 'forbidden',
      refused: true,
      temporary: false,
      what: `Atlas refused: ${account} lacks ${role}, or this server's address is not on the access list.`,
      next: 'An organization owner can mend both in Atlas.',
    };
  }
  // OAuth lets a token endpoint answer `invalid_client` with 400 as well (RFC 6749, 5.2).
  if (status === 401 || errorCode === 'invalid_client') {
    return {
      code: 'unauthorized',
      refused: true,
      temporary: false,
      what: `Atlas does not accept ${account}: its secret may be wrong, expired or withdrawn.`,
      next: 'Whoever runs Portcullis can give it a new secret.',
    };
  }
  return judgeStatus(facts, status);
}
