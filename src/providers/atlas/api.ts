import { z } from 'zod';
import { badAnswer, type CallFacts } from '../calls/errors.ts';
import type { Exchange } from '../calls/exchange.ts';
import type { TokenSource } from '../calls/tokens.ts';
import type { Transport } from '../calls/transport.ts';
import { ProviderError } from '../provider.ts';
import { type CallBudget, heldBack } from './call-budget.ts';

/** The dated versions of the Atlas Administration API used here. Each call names the one its shapes are from. */
type ApiVersion = '2023-01-01' | '2024-08-05' | '2025-02-19';

/** What an error about a call says of it. */
interface Described {
  /** Stable name for metrics and logs. */
  readonly name: string;
  /** The role Atlas asks for, in words. */
  readonly role: string;
  /** What Atlas does not know when it answers 404, in words. */
  readonly subject: string;
}

export interface ApiCall<T> extends Described {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below `/api/atlas/v2`, built with `apiPath`. */
  readonly path: string;
  readonly version: ApiVersion;
  readonly query?: Readonly<Record<string, string>>;
  /** Closing hangs on it: it may use what is kept back of a rate limit. */
  readonly closes?: boolean;
  readonly body?: unknown;
  readonly status: 200 | 204;
  readonly answer: z.ZodType<T>;
}

/** A paged `GET`, by the shape of one item. */
type ApiListing<T> = Omit<ApiCall<never>, 'method' | 'status' | 'answer' | 'body'> & {
  readonly item: z.ZodType<T>;
};

export interface AtlasApi {
  call<T>(call: ApiCall<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Every item of a listing, proven complete: as many different items, told apart by `idOf`, as the listing says there
   * are. Throws `bad-answer` (temporary) otherwise, as when something was added or removed between two pages.
   */
  listAll<T>(listing: ApiListing<T>, idOf: (item: T) => string, signal?: AbortSignal): Promise<T[]>;
  /** As many items as the listing gives. For what only grows and is never taken as proof of absence. */
  listSome<T>(listing: ApiListing<T>, signal?: AbortSignal): Promise<T[]>;
  /** The error for a read whose answer another answer contradicts. */
  contradiction(read: Described, detail: string): ProviderError;
}

interface AtlasApiOptions {
  readonly baseUrl: string;
  /** The account in words, for messages. */
  readonly account: string;
  readonly tokens: TokenSource;
  readonly transport: Transport;
  readonly exchange: Exchange;
  readonly budget: CallBudget;
}

/** The largest page Atlas gives. */
const pageSize = 500;
const mostPages = 200;

/** Joins a path, each value percent-encoded. */
export function apiPath(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

export function createAtlasApi(options: AtlasApiOptions): AtlasApi {
  const { tokens, transport, exchange, budget } = options;

  function factsOf(call: Described, changes: boolean): CallFacts {
    return {
      name: call.name,
      vendor: 'Atlas',
      changes,
      account: options.account,
      role: call.role,
      subject: call.subject,
    };
  }

  function attempt<T>(call: ApiCall<T>, token: string, signal?: AbortSignal): Promise<T> {
    const facts = factsOf(call, call.method !== 'GET');
    const mediaType = `application/vnd.atlas.${call.version}+json`;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
    const headers: Record<string, string> = { accept: mediaType, authorization: `Bearer ${token}` };
    if (call.body !== undefined) headers['content-type'] = mediaType;
    const request = {
      url: `${options.baseUrl}/api/atlas/v2${call.path}${query}`,
      method: call.method,
      headers,
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
    };
    const expected = { status: call.status, answer: call.answer, secrets: [token] };
    const waitMs = budget.take(call.path, call.closes === true);
    if (waitMs > 0) return Promise.reject(heldBack(waitMs));
    return exchange(facts, expected, async () => {
      let answer: Response | undefined;
      try {
        answer = await transport(facts, request, signal);
        return answer;
      } finally {
        budget.answered(call.path, answer);
      }
    });
  }

  async function call<T>(wanted: ApiCall<T>, signal?: AbortSignal): Promise<T> {
    const token = await tokens.get(signal);
    try {
      return await attempt(wanted, token, signal);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.status !== 401) throw error;
      tokens.drop(token);
    }
    // A 401 changed nothing for certain, so even a call that changes something may be sent once more.
    return attempt(wanted, await tokens.get(signal), signal);
  }

  async function* pages<T>(listing: ApiListing<T>, signal?: AbortSignal) {
    const { item, ...rest } = listing;
    const answer = z.object({ results: z.array(item), totalCount: z.number().int().nonnegative() });
    let seen = 0;
    for (let pageNum = 1; pageNum <= mostPages; pageNum += 1) {
      const query = { ...listing.query, itemsPerPage: String(pageSize), pageNum: String(pageNum) };
      const page = await call({ ...rest, method: 'GET', status: 200, answer, query }, signal);
      yield page;
      seen += page.results.length;
      if (page.results.length === 0 || seen >= page.totalCount) return;
    }
  }

  async function listAll<T>(listing: ApiListing<T>, idOf: (item: T) => string, signal?: AbortSignal): Promise<T[]> {
    const found = new Map<string, T>();
    let total = 0;
    for await (const page of pages(listing, signal)) {
      for (const item of page.results) found.set(idOf(item), item);
      total = page.totalCount;
    }
    if (found.size === total) return [...found.values()];
    const detail = `The listing says it holds ${total}, it gave ${found.size} different ones`;
    throw badAnswer(factsOf(listing, false), detail, { temporary: true, status: 200 });
  }

  async function listSome<T>(listing: ApiListing<T>, signal?: AbortSignal): Promise<T[]> {
    const found: T[] = [];
    for await (const page of pages(listing, signal)) found.push(...page.results);
    return found;
  }

  return {
    call,
    listAll,
    listSome,
    contradiction: (read, detail) => badAnswer(factsOf(read, false), detail, { temporary: true }),
  };
}
