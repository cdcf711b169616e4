import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type PortalCredentials, PortalDoor, tokenLifeSeconds } from './credentials.ts';
import { type PortalCall, type PortalFault, PortalFaults } from './faults.ts';
import { longestMs, PortalSwitches } from './switches.ts';

/** A request as it arrived. */
export interface PortalRequest {
  readonly call: PortalCall | undefined;
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A simulated vendor's portal that listens on 127.0.0.1. */
export interface PortalEmulator {
  readonly url: string;
  /** Live; its methods are also what a person does by hand in the portal. */
  readonly switches: PortalSwitches;
  /** Who is let in; may be changed. */
  readonly door: PortalDoor;
  /** Every request received, oldest first. */
  readonly requests: readonly PortalRequest[];
  addFault(fault: PortalFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const opening = z.object({
  level: z.string().default('portal'),
  expiresAt: z.iso.datetime().optional(),
  durationSeconds: z.number().int().positive().optional(),
});

/**
 * Starts a portal with one switch for each tenant: `PUT`, `DELETE` and `GET /v1/tenants/<id>/support-access`, and
 * `POST /oauth/token`. It goes by `clock`, opens for at most seven days, and does what one idempotency key names once.
 */
export async function startPortal(options: {
  clock: Clock;
  tenants: readonly string[];
  credentials: PortalCredentials;
  /** Ends are cut to whole multiples of it. */
  roundsEndsToMs?: number;
}): Promise<PortalEmulator> {
  const { clock, roundsEndsToMs = 1 } = options;
  const switches = new PortalSwitches(clock, options.tenants);
  const door = new PortalDoor(clock, options.credentials);
  const faults = new PortalFaults();
  const requests: PortalRequest[] = [];
  const answered = new Map<string, { readonly request: string; readonly reply: Reply }>();

  function perform({ call, path, headers, body }: PortalRequest): Reply {
    if (call === 'token') return tokenFor(headers);
    if (!door.admits(headers, body)) return { status: 401, body: { error: 'unauthorized' } };
    const tenant = switches.tenants.find((one) => path === `/v1/tenants/${encodeURIComponent(one)}/support-access`);
    if (tenant === undefined) return { status: 404, body: { error: 'no tenant' } };
    switch (call) {
      case 'status':
        return { status: 200, body: { supportAccess: switches.status(tenant) } };
      case 'open':
        return open(tenant, body);
      case 'close':
        switches.disable(tenant);
        return { status: 204 };
      case undefined:
        return { status: 405 };
    }
  }

  function tokenFor(headers: IncomingMessage['headers']): Reply {
    const token = door.issue(headers);
    if (token === undefined) return { status: 401, body: { error: 'invalid_client' } };
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: tokenLifeSeconds } };
  }

  function open(tenant: string, body: string): Reply {
    const asked = opening.safeParse(jsonIn(body));
    if (!asked.success) return { status: 400, body: { error: 'bad request' } };
    const { level, expiresAt, durationSeconds = longestMs / 1_000 } = asked.data;
    const now = clock.now().getTime();
    const until = expiresAt === undefined ? now + durationSeconds * 1_000 : Date.parse(expiresAt);
    if (until <= now || until > now + longestMs + 60_000) return { status: 422, body: { error: 'at most seven days' } };
    switches.enable(tenant, level, new Date(Math.floor(until / roundsEndsToMs) * roundsEndsToMs), 'program');
    return { status: 200, body: { supportAccess: switches.status(tenant) } };
  }

  /** What has been done under a key is not done again. */
  function performOnce(request: PortalRequest): Reply {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return perform(request);
    const whole = `${request.method} ${request.path} ${request.body}`;
    const before = answered.get(key);
    if (before !== undefined && before.request !== whole) return { status: 422, body: { error: 'key used otherwise' } };
    const reply = before?.reply ?? perform(request);
    if (reply.status < 300) answered.set(key, { request: whole, reply });
    return reply;
  }

  const server = createServer(async (incoming, response) => {
    const request = await received(incoming);
    requests.push(request);
    const fault = request.call && faults.take(request.call);
    if (fault === undefined) give(response, performOnce(request));
    else fail(fault, response, () => performOnce(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The portal has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    switches,
    door,
    requests,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function received(incoming: IncomingMessage): Promise<PortalRequest> {
  const { method = '', url: path = '', headers } = incoming;
  const calls: Readonly<Record<string, PortalCall>> = { PUT: 'open', DELETE: 'close', GET: 'status' };
  const call = path === '/oauth/token' ? 'token' : calls[method];
  return { call, method, path, headers, body: await text(incoming) };
}

function fail(fault: PortalFault, response: ServerResponse, perform: () => unknown): void {
  switch (fault.kind) {
    case 'status': {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, headers).end(fault.body ?? 'scripted');
      return;
    }
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>');
      return;
    case 'redirect':
      response.writeHead(307, { location: 'https://elsewhere.example/' }).end();
      return;
    case 'huge':
      endlessly(response);
      return;
    case 'hang':
      return;
    case 'lost-answer':
      perform();
      response.destroy();
  }
}

function endlessly(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write(Buffer.alloc(65_536, 'x'), () => setImmediate(() => endlessly(response)));
}

function give(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
