import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Route } from '../health-routes.ts';
import type { Answer, Answerer } from './answer.ts';
import type { Authenticator } from './authenticate.ts';
import { type ParsedQuery, parseQuery } from './query.ts';

interface DecisionRoutesOptions {
  readonly authenticator: Authenticator;
  readonly answerer: Answerer;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Outcome = Answer | { readonly kind: 'failed' };

type Refusal = Exclude<Outcome, { readonly kind: 'open' | 'closed' }>;

/**
 * `/v1/access` says what there is to say: 200 with `{"open":true,"type":…,"expiresAt":…,"grantId":…,"checkedAt":…,
 * "maxAgeSeconds":…}`, or with `"open":false`, `null` for what is not so, and `because`. It says 200 and closed, and not 503,
 * where the database is away: a program or a cache that keeps its last good answer while a service fails would keep "open",
 * and nothing can take a 200 that says `"open":false` for it. What is refused says `"open":false` too, so that whoever looks
 * at that field alone is never wrong.
 *
 * `/v1/gate` says it by the status, for what looks at nothing else: 204 open, 403 closed or not allowed, 401 for the token,
 * 400 for the query. nginx's `auth_request` takes 2xx for "allowed", 401 and 403 for "denied" and everything else for an
 * error, which lets nobody in either (nginx documentation, ngx_http_auth_request_module).
 */
export function decisionRoutes(options: DecisionRoutesOptions): readonly Route[] {
  return [
    { path: '/v1/access', method: 'GET', handler: answering(options, inFull) },
    { path: '/v1/gate', method: 'GET', handler: answering(options, byStatus) },
  ];
}

function answering(
  { authenticator, answerer, clock, metrics, log }: DecisionRoutesOptions,
  render: (answer: Outcome) => Rendered,
): Route['handler'] {
  const answered = async (request: IncomingMessage): Promise<Answer> => {
    const by = await authenticator.authenticate(request.headers.authorization);
    return answerer.answer(by, questionOf(request));
  };
  return (request, response) => {
    const beganMs = clock.monotonicMs();
    void answered(request)
      .catch((error: unknown): Outcome => {
        log.error({ err: error }, 'Whether support may enter could not be answered');
        return { kind: 'failed' };
      })
      .then((outcome) => {
        send(request, response, render(outcome));
        metrics.gateAnswered(outcome.kind, clock.monotonicMs() - beganMs);
      });
  };
}

function questionOf(request: IncomingMessage): ParsedQuery {
  return hasBody(request) ? { ok: false, why: 'A question has no body.' } : parseQuery(request.url ?? '');
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Rendered): void {
  // What nobody asked for is not waited for.
  response.writeHead(status, hasBody(request) ? { ...headers, connection: 'close' } : headers).end(body);
}

const noStore = { 'cache-control': 'no-store' };
const json = { 'content-type': 'application/json' };
const plain = { 'content-type': 'text/plain; charset=utf-8' };

/** Whose question it was matters, and no cache may use what is too old because it can reach nobody (RFC 9111, 5.2.2.2). */
const usableFor = (seconds: number): Readonly<Record<string, string>> => ({
  'cache-control': `private, max-age=${seconds}, must-revalidate`,
  vary: 'authorization',
});

function inFull(answer: Outcome): Rendered {
  const said = (headers: Rendered['headers'], status: number, body: object): Rendered => ({
    status,
    headers: { ...json, ...headers },
    body: `${JSON.stringify(body)}\n`,
  });
  switch (answer.kind) {
    case 'open': {
      const { type, expiresAt, grantId, checkedAt, maxAgeSeconds } = answer;
      return said(usableFor(maxAgeSeconds), 200, { open: true, type, expiresAt, grantId, checkedAt, maxAgeSeconds });
    }
    case 'closed': {
      const { because, checkedAt, maxAgeSeconds } = answer;
      const nothing = { type: null, expiresAt: null, grantId: null };
      return said(usableFor(maxAgeSeconds), 200, { open: false, ...nothing, checkedAt, maxAgeSeconds, because });
    }
    default: {
      const { status, headers, why } = refused(answer);
      return said(headers, status, { open: false, error: why });
    }
  }
}

/** A proxy may show the text to whoever was kept out. */
function byStatus(answer: Outcome): Rendered {
  switch (answer.kind) {
    case 'open':
      return { status: 204, headers: usableFor(answer.maxAgeSeconds) };
    case 'closed':
      return { status: 403, headers: { ...plain, ...noStore }, body: 'Support access is closed.\n' };
    default: {
      const { status, headers, why } = refused(answer);
      return { status, headers: { ...plain, ...headers }, body: `${why}\n` };
    }
  }
}

function refused(answer: Refusal): Omit<Rendered, 'body'> & { readonly why: string } {
  switch (answer.kind) {
    case 'not-authenticated': {
      const headers = { ...noStore, 'www-authenticate': 'Bearer realm="Portcullis"' };
      return { status: 401, headers, why: 'The token is not accepted.' };
    }
    case 'not-allowed':
      return { status: 403, headers: noStore, why: 'The token may not ask about this.' };
    case 'wrong-query':
      return { status: 400, headers: noStore, why: answer.why };
    case 'not-known':
      return { status: 503, headers: noStore, why: 'Whether the token is good cannot be read now.' };
    case 'failed':
      return { status: 500, headers: noStore, why: 'Something unexpected went wrong.' };
  }
}
