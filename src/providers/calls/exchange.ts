import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { badAnswer, type CallFacts, providerError, type Verdict } from './errors.ts';
import { parseRetryAfter } from './retry-after.ts';

/** One line for each exchange with a vendor, calls for tokens included. `status` is absent where no answer came. */
export interface CallRecord {
  readonly call: string;
  readonly status?: number;
  readonly outcome: 'ok' | ProviderErrorCode;
  readonly durationMs: number;
}

interface Expected<T> {
  /** The status that means success for this call: one, or any of them, and then the body is not looked at. */
  readonly status: 200 | 204 | 'any-2xx';
  /** Others that mean success for this call. */
  readonly alsoDone?: readonly number[];
  /** What the body must be; `z.undefined()` for none. */
  readonly answer: z.ZodType<T>;
  /** What was sent in confidence, to be cut out of whatever comes back as an error. */
  readonly secrets: readonly string[];
}

/** Sends one request, turns its answer into a value or a `ProviderError`, and reports how it went. */
export type Exchange = <T>(facts: CallFacts, expected: Expected<T>, send: () => Promise<Response>) => Promise<T>;

/** What an answer that is not the expected one means, and as much of it as operators get to read, secrets included. */
type Judge = (facts: CallFacts, status: number, text: string) => { verdict: Verdict; detail: string };

interface ExchangeOptions {
  readonly clock: Clock;
  readonly judge: Judge;
  readonly onCall?: (record: CallRecord) => void;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { clock } = options;
  return async (facts, expected, send) => {
    const startedAt = clock.monotonicMs();
    const report = (outcome: CallRecord['outcome'], status?: number) =>
      options.onCall?.({ call: facts.name, status, outcome, durationMs: clock.monotonicMs() - startedAt });
    try {
      const response = await send();
      const value = await understand(facts, expected, response, options);
      report('ok', response.status);
      return value;
    } catch (error) {
      if (error instanceof ProviderError) report(error.code, error.status);
      throw error;
    }
  };
}

async function understand<T>(
  facts: CallFacts,
  expected: Expected<T>,
  response: Response,
  { judge, clock }: ExchangeOptions,
): Promise<T> {
  const { status } = response;
  const text = await response.text();
  const isExpected = expected.status === 'any-2xx' ? response.ok : status === expected.status;
  if (!isExpected && expected.alsoDone?.includes(status) !== true) {
    const { verdict, detail } = judge(facts, status, text);
    const safe = expected.secrets.reduce((told, secret) => told.replaceAll(secret, '[removed]'), detail);
    throw providerError(facts, verdict, {
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), clock.now()),
      status,
      detail: safe === '' ? undefined : safe,
    });
  }
  const parsed = expected.answer.safeParse(expected.status === 200 ? parseJson(facts, status, text) : undefined);
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
