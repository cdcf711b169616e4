import { z } from 'zod';
import type { AccessType } from '../../grants/access-types.ts';
import { badAnswer, type CallFacts } from '../calls/errors.ts';
import type { Exchange } from '../calls/exchange.ts';
import type { Transport } from '../calls/transport.ts';
import { ProviderError, type TargetRef } from '../provider.ts';
import type { Authorize, Authorized } from './authorization.ts';
import type { ChangeTemplate, PortalPush, StatusTemplate } from './push-schema.ts';
import { type RenderedRequest, renderChange, renderUrl } from './requests.ts';
import { readStatus, type Status } from './status.ts';
import type { Values } from './templates.ts';

export interface PortalCalls {
  /** Makes a call that changes something. */
  change(name: 'open' | 'extend' | 'close', target: TargetRef, values: Values, how: Change): Promise<void>;
  /** What the portal says of a target. */
  status(template: StatusTemplate, target: TargetRef, signal?: AbortSignal): Promise<Exclude<Status, NotUnderstood>>;
  /** Whether there is all that a call is sent with; a token is fetched for it. Throws `ProviderError`. */
  authorized(signal?: AbortSignal): Promise<void>;
}

interface Change {
  /** Names the effect, however often it is tried. */
  readonly key: string;
  /** Whether the call has done what it is for where the portal knows nothing there. */
  readonly goneIsDone?: boolean;
  readonly signal?: AbortSignal;
}

/** RFC 9110: 404 Not Found, 410 Gone. */
const gone = [404, 410];

type NotUnderstood = Extract<Status, { readonly state: 'not-understood' }>;

interface PortalCallsOptions {
  readonly push: PortalPush;
  readonly accessTypes: readonly AccessType[];
  readonly vendor: string;
  /** The account in words, for messages. */
  readonly account: string;
  readonly authorize: Authorize;
  readonly transport: Transport;
  readonly exchange: Exchange;
  /** A new one for each message that has no effect to be named by. */
  readonly newId: () => string;
}

export function createPortalCalls(options: PortalCallsOptions): PortalCalls {
  const { push, accessTypes, vendor, account, authorize, transport, exchange, newId } = options;

  const factsOf = (name: string, changes: boolean, subject: string): CallFacts => ({
    name,
    vendor,
    changes,
    account,
    role: 'the right to switch support access',
    subject,
  });

  async function call<T>(
    facts: CallFacts,
    request: RenderedRequest & { readonly method: 'GET' | ChangeTemplate['method'] },
    expected: {
      readonly status: 200 | 'any-2xx';
      readonly alsoDone?: readonly number[];
      readonly answer: z.ZodType<T>;
    },
    id: string,
    signal?: AbortSignal,
  ): Promise<T> {
    const message = { id, body: request.body ?? '' };
    const send = ({ headers, secrets }: Authorized) =>
      exchange(facts, { ...expected, secrets }, () =>
        transport(facts, { ...request, headers: { ...request.headers, ...headers } }, signal),
      );
    const authorized = await authorize(facts, message, signal);
    try {
      return await send(authorized);
    } catch (error) {
      if (authorized.drop === undefined || !(error instanceof ProviderError) || error.status !== 401) throw error;
      authorized.drop();
    }
    // A 401 changed nothing for certain, so even a call that changes something may be sent once more.
    return send(await authorize(facts, message, signal));
  }

  return {
    async change(name, target, values, { key, goneIsDone = false, signal }) {
      const template = push[name] ?? push.open;
      const { headers, ...rendered } = renderChange(template, values);
      // As the draft "The Idempotency-Key HTTP Header Field" of the IETF has it: a quoted string.
      const request = { ...rendered, method: template.method, headers: { ...headers, 'idempotency-key': `"${key}"` } };
      const facts = factsOf(`${name}-access`, true, target.name);
      const alsoDone = goneIsDone ? gone : [];
      await call(facts, request, { status: 'any-2xx', alsoDone, answer: z.undefined() }, key, signal);
    },
    async status(template, target, signal) {
      const facts = factsOf('read-status', false, target.name);
      const url = renderUrl(template.url, { 'target.id': target.id, 'target.name': target.name });
      const request = { url, method: 'GET', headers: { accept: 'application/json' } } as const;
      const answer = await call(facts, request, { status: 200, answer: z.unknown() }, newId(), signal);
      const status = readStatus(answer, template, accessTypes);
      if (status.state === 'not-understood') throw badAnswer(facts, status.problem, { temporary: true, status: 200 });
      return status;
    },
    async authorized(signal) {
      await authorize(factsOf('authorize', false, 'this account'), { id: newId(), body: '' }, signal);
    },
  };
}
