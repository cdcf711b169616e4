import { z } from 'zod';
import type { ProviderError } from '../provider.ts';
import { type CallFacts, notUnderstood, providerError, type Verdict } from './errors.ts';

const longestRetryAfterMs = 24 * 60 * 60 * 1000;

/**
 * Reads `Retry-After`: whole seconds or an HTTP date (RFC 9110). Milliseconds from `now`, never negative, at most a
 * day; undefined when it is missing or something else.
 */
export function parseRetryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfterMs);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return Math.min(Math.max(0, at - now.getTime()), longestRetryAfterMs);
}

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

/** An answer other than the one the call is documented to give. `secrets` are cut out of what Atlas wrote. */
export function errorForAnswer(
  facts: CallFacts,
  answer: { readonly status: number; readonly retryAfter: string | null; readonly text: string },
  now: Date,
  secrets: readonly string[],
): ProviderError {
  const body = parseErrorBody(answer.text);
  const oauthCode = typeof body.error === 'string' ? body.error : undefined;
  const verdict = judge(facts, answer.status, body.errorCode ?? oauthCode);
  const written = [body.errorCode ?? oauthCode, body.reason, body.detail ?? body.error_description].filter(
    (part) => part !== undefined && part !== '',
  );
  const detail = secrets.reduce((text, secret) => text.replaceAll(secret, '[removed]'), written.join(': '));
  return providerError(facts, verdict, {
    retryAfterMs: parseRetryAfter(answer.retryAfter, now),
    status: answer.status,
    detail: detail === '' ? undefined : detail,
  });
}

function judge(facts: CallFacts, status: number, errorCode: string | undefined): Verdict {
  const { account, role, subject } = facts;
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
  switch (status) {
    case 404:
      return {
        code: 'not-found',
        refused: true,
        temporary: false,
        what: `Atlas does not know ${subject}.`,
        next: 'It may have been deleted or renamed.',
      };
    case 409:
      return {
        code: 'conflict',
        refused: true,
        temporary: true,
        what: 'Atlas is busy with another change of the same thing.',
        next: 'It can be tried again when that change is done.',
      };
    case 429:
      return {
        code: 'rate-limited',
        refused: true,
        temporary: true,
        what: 'Atlas takes no more calls for the moment: there have been too many.',
        next: 'It can be tried again in a few minutes.',
      };
  }
  if (status >= 500 || status === 408) {
    return {
      code: 'unavailable',
      refused: false,
      temporary: true,
      what: `Atlas has trouble of its own (HTTP ${status}).`,
      next: 'It can be tried again in a few minutes.',
    };
  }
  if (status >= 400) {
    return {
      code: 'invalid',
      refused: true,
      temporary: false,
      what: `Atlas refused the call as wrong (HTTP ${status}).`,
      next: "Whoever runs Portcullis finds Atlas's reason in the log.",
    };
  }
  return notUnderstood(`(HTTP ${status})`, false);
}
