import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { badAnswer, type CallFacts } from './errors.ts';
import { errorForAnswer } from './refusals.ts';

/** One line for each exchange with Atlas, calls for tokens included. `status` is absent where no answer came. */
export interface CallRecord {
  readonly call: string;
  readonly status?: number;
  readonly outcome: 'ok' | ProviderErrorCode;
  readonly durationMs: number;
}

interface Expected<T> {
  /** The one status that means success for this call. */
  readonly status: 200 | 204;
  /** What the body must be; `z.undefined()` for none. */
  readonly answer: z.ZodType<T>;
  /** What was sent in confidence, to be cut out of whatever comes back as an error. */
  readonly secrets: readonly string[];
}

/** Sends one request, turns its answer into a value or a `ProviderError`, and reports how it went. */
export type Exchange = <T>(facts: CallFacts, expected: Expected<T>, send: () => Promise<Response>) => Promise<T>;

export function createExchange(options: { clock: Clock; onCall?: (record: CallRecord) => void }): Exchange {
  return async (facts, expected, send) => {
    const startedAt = options.clock.monotonicMs();
    const report = (outcome: CallRecord['outcome'], status?: number) =>
      options.onCall?.({ call: facts.name, status, outcome, durationMs: options.clock.monotonicMs() - startedAt });
    try {
      const value = await understand(facts, expected, await send(), options.clock.now());
      report('ok', expected.status);
      return value;
    } catch (error) {
      if (error instanceof ProviderError) report(error.code, error.status);
      throw error;
    }
  };
}

async function understand<T>(facts: CallFacts, expected: Expected<T>, response: Response, now: Date): Promise<T> {
  const { status } = response;
  const text = await response.text();
  if (status !== expected.status) {
    const retryAfter = response.headers.get('retry-after');
    throw errorForAnswer(facts, { status, retryAfter, text }, now, expected.secrets);
  }
  const parsed = expected.answer.safeParse(status === 204 ? undefined : parseJson(facts, status, text));
  if (parsed.success) return parsed.data;
  // Only where and of what kind, never the values: an answer of the token endpoint holds a secret.
  const detail = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.code}`).join('; ');
  throw badAnswer(facts, detail, { temporary: false, status });
}

function parseJson(facts: CallFacts, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, so it is not kept as a cause. A page of a proxy in between is temporary.
    throw badAnswer(facts, 'The body is not JSON', { temporary: true, status });
  }
}
