import { defineEmulator } from 'emulate';
import type { Clock } from '../../clock.ts';
import { type AccessTokens, basicCredentials, bearerToken, TOKEN_LIFETIME_SECONDS } from './access-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { AtlasRefusal, errorResponse, refusal } from './errors.ts';
import type { AtlasOrganization } from './organization.ts';
import { isAllowed } from './permissions.ts';
import { type AtlasEndpointSet, type AtlasRateLimit, RateLimiter } from './rate-limiter.ts';
import { endpoints, REVOKE_TOKEN_PATH, routerPath, TOKEN_PATH } from './routes.ts';
import { type AtlasData, type AtlasSeed, type AtlasServiceAccount, dataFromSeed } from './seed.ts';

const PAGING_PARAMETERS = ['pageNum', 'itemsPerPage', 'includeCount', 'envelope', 'pretty'];

interface AtlasApi {
  readonly clock: Clock;
  readonly organization: AtlasOrganization;
  readonly tokens: AccessTokens;
  readonly limiter: RateLimiter;
}

/** Atlas as an `emulate` service: what it answers, without the network between. */
export function defineAtlas(options: {
  clock: Clock;
  seed: AtlasSeed;
  organization: AtlasOrganization;
  tokens: AccessTokens;
  rateLimits: Partial<Record<AtlasEndpointSet, AtlasRateLimit>>;
}) {
  const { clock, seed, organization, tokens, rateLimits } = options;
  return defineEmulator<AtlasData>({
    name: 'mongodb-atlas',
    cors: false,
    state: () => dataFromSeed(seed, clock.now()),
    setup({ app, state }) {
      organization.adopt(state);
      tokens.clear();
      const api = { clock, organization, tokens, limiter: new RateLimiter(clock, rateLimits) };
      app.post(TOKEN_PATH, (context) => answerTokenCall(api, context.req.raw));
      app.post(REVOKE_TOKEN_PATH, (context) => answerRevokeTokenCall(api, context.req.raw));
      for (const endpoint of endpoints) {
        app.on(endpoint.method, routerPath(endpoint), (context) =>
          answerApiCall(api, endpoint, context.req.raw, context.req.param()),
        );
      }
      app.notFound((context) =>
        errorResponse(404, { detail: `Cannot find resource ${context.req.path}.`, parameters: [context.req.path] }),
      );
    },
  });
}

async function answerApiCall(
  api: AtlasApi,
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const { clock, organization, limiter } = api;
  const account = signedIn(api, request);
  if (account === undefined) return errorResponse(401);
  const rate = limiter.take(endpointSet(endpoint), account.clientId);
  if (!rate.allowed) return errorResponse(429, { headers: rate.headers });
  try {
    if (!isVersion(request.headers.get('accept'), endpoint)) throw refusal(406);
    const url = new URL(request.url);
    checkQuery(endpoint, url);
    checkAccess(organization, endpoint, account, params);
    const body = endpoint.hasBody ? await readBody(endpoint, request) : undefined;
    const answer = endpoint.answer({ url, params, account, organization, now: clock.now(), body });
    if (answer === undefined) return new Response(null, { status: 204, headers: rate.headers });
    return Response.json(answer, {
      headers: { ...rate.headers, 'Content-Type': `application/vnd.atlas.${endpoint.version}+json;charset=utf-8` },
    });
  } catch (error) {
    if (!(error instanceof AtlasRefusal)) throw error;
    for (const [name, value] of Object.entries(rate.headers)) error.response.headers.set(name, value);
    return error.response;
  }
}

/** OAuth 2.0 client credentials (RFC 6749, section 4.4), the account named by a Basic header. */
async function answerTokenCall(api: AtlasApi, request: Request): Promise<Response> {
  const rate = api.limiter.take('token', 'everyone');
  if (!rate.allowed) return errorResponse(429, { headers: rate.headers });
  const account = basicAccount(api, request);
  if (account === undefined) return invalidClient();
  const form = await readForm(request);
  if (form === undefined) return oauthError('invalid_request', 'The body must be a form.');
  if (form.get('grant_type') !== 'client_credentials') {
    return oauthError('unsupported_grant_type', 'Only client_credentials is supported.');
  }
  return Response.json(
    { access_token: api.tokens.issue(account.clientId), expires_in: TOKEN_LIFETIME_SECONDS, token_type: 'Bearer' },
    { headers: { ...rate.headers, 'Cache-Control': 'no-store' } },
  );
}

/** RFC 7009: an unknown token is as good as revoked. */
async function answerRevokeTokenCall(api: AtlasApi, request: Request): Promise<Response> {
  const account = basicAccount(api, request);
  if (account === undefined) return invalidClient();
  const token = (await readForm(request))?.get('token');
  if (token === undefined || token === null)
    return oauthError('invalid_request', 'The body must be a form with a token.');
  api.tokens.revoke(token, account.clientId);
  return new Response(null, { status: 200 });
}

function signedIn({ organization, tokens }: AtlasApi, request: Request): AtlasServiceAccount | undefined {
  const token = bearerToken(request.headers.get('authorization'));
  const clientId = token === undefined ? undefined : tokens.verify(token);
  return organization.serviceAccounts.find((account) => account.clientId === clientId);
}

function basicAccount({ organization }: AtlasApi, request: Request): AtlasServiceAccount | undefined {
  const given = basicCredentials(request.headers.get('authorization'));
  return organization.serviceAccounts.find(
    (account) => account.clientId === given?.clientId && account.clientSecret === given.clientSecret,
  );
}

function endpointSet(endpoint: Endpoint): AtlasEndpointSet {
  if (endpoint.path.startsWith('/orgs/')) return 'organization';
  return endpoint.path.startsWith('/groups/') ? 'project' : 'general';
}

function isVersion(mediaType: string | null, endpoint: Endpoint): boolean {
  const date = /^application\/vnd\.atlas\.(\d{4}-\d\d-\d\d)\+json(;.*)?$/.exec(mediaType?.trim() ?? '')?.[1];
  return date !== undefined && date >= endpoint.version;
}

function checkQuery(endpoint: Endpoint, url: URL): void {
  for (const name of url.searchParams.keys()) {
    if (![...PAGING_PARAMETERS, ...(endpoint.query ?? [])].includes(name)) {
      throw refusal(400, {
        errorCode: 'INVALID_QUERY_PARAMETER',
        detail: `Invalid query parameter ${name} specified.`,
        parameters: [name],
      });
    }
  }
}

function checkAccess(
  organization: AtlasOrganization,
  endpoint: Endpoint,
  account: AtlasServiceAccount,
  { orgId, groupId }: Record<string, string>,
): void {
  if (orgId !== undefined && orgId !== organization.id) {
    throw refusal(404, {
      errorCode: 'ORG_NOT_FOUND',
      detail: `No organization with ID ${orgId} exists.`,
      parameters: [orgId],
    });
  }
  if (groupId !== undefined && organization.findProject(groupId) === undefined) {
    throw refusal(404, {
      errorCode: 'GROUP_NOT_FOUND',
      detail: `No group with ID ${groupId} exists.`,
      parameters: [groupId],
    });
  }
  if (!isAllowed(account, endpoint.permission, groupId ?? '')) throw refusal(403);
}

async function readBody(endpoint: Endpoint, request: Request): Promise<unknown> {
  if (!isVersion(request.headers.get('content-type'), endpoint)) throw refusal(415);
  try {
    return await request.json();
  } catch {
    throw refusal(400, { errorCode: 'MALFORMED_JSON', detail: 'Received JSON is malformed.' });
  }
}

async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/x-www-form-urlencoded' ? new URLSearchParams(await request.text()) : undefined;
}

function invalidClient(): Response {
  return Response.json(
    { error: 'invalid_client', error_description: 'The client credentials are not valid.' },
    { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="MongoDB Atlas"' } },
  );
}

function oauthError(error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}
