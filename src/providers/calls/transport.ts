import { type Abandoned, abandonedError, badAnswer, type CallFacts } from './errors.ts';
import { errorForFailure } from './failures.ts';

interface TransportOptions {
  readonly fetch: Send;
  readonly timeoutMs: number;
  readonly answerLimitBytes: number;
  readonly userAgent: string;
}

/** As much of `fetch` as is used here. */
export type Send = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

interface OutgoingRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * One exchange: sends, waits at most `timeoutMs` of real time for the whole answer, and returns it with its body
 * already in memory and bounded. Whatever the status is, it is returned; a redirect is not followed. Throws
 * `ProviderError` when there is no whole answer.
 */
export type Transport = (facts: CallFacts, request: OutgoingRequest, signal?: AbortSignal) => Promise<Response>;

export function createTransport(options: TransportOptions): Transport {
  return async (facts, request, signal) => {
    if (signal?.aborted) throw abandonedError(facts, 'given-up', false);
    const controller = new AbortController();
    let abandoned: Abandoned | undefined;
    const abandon = (why: Abandoned) => {
      abandoned ??= why;
      controller.abort();
    };
    const giveUp = () => abandon('given-up');
    const timer = setTimeout(() => abandon('timed-out'), options.timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const response = await options.fetch(request.url, {
        method: request.method,
        headers: { ...request.headers, 'user-agent': options.userAgent },
        body: request.body,
        redirect: 'manual',
        signal: controller.signal,
      });
      return await inMemory(response, options.answerLimitBytes);
    } catch (thrown) {
      if (thrown instanceof AnswerTooLarge) throw badAnswer(facts, thrown.message, { temporary: false });
      throw abandoned === undefined ? errorForFailure(facts, thrown) : abandonedError(facts, abandoned, true);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  };
}

class AnswerTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`The answer is larger than ${limitBytes} bytes`);
  }
}

async function inMemory(response: Response, limitBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new AnswerTooLarge(limitBytes);
    chunks.push(chunk);
  }
  const { status, headers } = response;
  return new Response(size === 0 ? null : Buffer.concat(chunks), { status, headers });
}
