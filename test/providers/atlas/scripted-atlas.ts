import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type AtlasProviderOptions, createAtlasProvider } from '../../../src/providers/atlas/atlas-provider.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';

/** One answer of the scripted server: an object as JSON, a string as it is, or no answer at all. */
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | 'cut'
  | 'cut-within-body'
  | 'hang';

interface ReceivedRequest {
  readonly route: string;
  readonly query: Record<string, string>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Script = Answer | Answer[] | ((request: ReceivedRequest) => Answer);

export const organizationId = '5f0000000000000000000001';
export const projectId = '5f0000000000000000000010';
export const target = { id: `${projectId}/orders`, projectId, name: 'orders' };
export const clusterRoute = `GET /api/atlas/v2/groups/${projectId}/clusters/orders`;
export const clustersRoute = `GET /api/atlas/v2/groups/${projectId}/clusters`;
export const grantRoute = `POST /api/atlas/v2/groups/${projectId}/clusters/orders:grantMongoDBEmployeeAccess`;
export const revokeRoute = `POST /api/atlas/v2/groups/${projectId}/clusters/orders:revokeMongoDBEmployeeAccess`;
export const settingsRoute = `GET /api/atlas/v2/orgs/${organizationId}/settings`;
export const patchSettingsRoute = `PATCH /api/atlas/v2/orgs/${organizationId}/settings`;
export const projectsRoute = `GET /api/atlas/v2/orgs/${organizationId}/groups`;
export const usersRoute = `GET /api/atlas/v2/orgs/${organizationId}/users`;
export const tokenRoute = 'POST /api/oauth/token';

export const secret = 'mdb_sa_sk_c+d/e_f';
export const credentials = { clientId: 'mdb_sa_id_a~b', clientSecret: async () => secret };
export const blockCredentials = { clientId: 'mdb_sa_id_block', clientSecret: async () => 'mdb_sa_sk_block' };
export const start = new Date('2026-03-01T12:00:00Z');

/** A page of a listing that is complete in itself. */
export function page(results: unknown[], totalCount = results.length): Answer {
  return { status: 200, body: { links: [], results, totalCount } };
}

/**
 * An HTTP server that answers by script, for answers that a well-behaved Atlas never gives. Of several answers for one
 * route each is given once and the last one for good. Tokens are `token-1`, `token-2`, … unless scripted.
 */
export async function startScriptedAtlas(routes: Record<string, Script> = {}) {
  const requests: ReceivedRequest[] = [];
  let tokens = 0;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const received: ReceivedRequest = {
      route: `${request.method} ${url.pathname}`,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: await text(request),
    };
    requests.push(received);
    const script = routes[received.route];
    if (script !== undefined) {
      give(response, chosen(script, received, requests));
    } else if (received.route === tokenRoute) {
      tokens += 1;
      give(response, {
        status: 200,
        body: { access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 },
      });
    } else {
      give(response, { status: 418, body: `Not scripted: ${received.route}` });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const clock = new ManualClock(start);
  return {
    url,
    clock,
    requests,
    routes,
    requestsTo: (route: string) => requests.filter((request) => request.route === route),
    provider: (options: Partial<AtlasProviderOptions> = {}) =>
      createAtlasProvider({ baseUrl: url, organizationId, credentials, clock, ...options }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function chosen(script: Script, received: ReceivedRequest, requests: ReceivedRequest[]): Answer {
  if (typeof script === 'function') return script(received);
  if (!Array.isArray(script)) return script;
  const earlier = requests.filter(({ route }) => route === received.route).length - 1;
  return script[Math.min(earlier, script.length - 1)] ?? 'cut';
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'cut') {
    response.socket?.destroy();
    return;
  }
  if (answer === 'cut-within-body') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"results":', () => response.socket?.destroy());
    return;
  }
  const isText = typeof answer.body === 'string';
  response.writeHead(answer.status, { 'content-type': isText ? 'text/html' : 'application/json', ...answer.headers });
  response.end(answer.body === undefined || isText ? answer.body : JSON.stringify(answer.body));
}
