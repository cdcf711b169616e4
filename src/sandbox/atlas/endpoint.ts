import { refusal } from './errors.ts';
import type { AtlasOrganization } from './organization.ts';
import type { AtlasPermission } from './permissions.ts';
import type { AtlasServiceAccount } from './seed.ts';

/** The calls by short name, for faults and for the list of calls received. */
export type AtlasCall =
  | 'token'
  | 'revokeToken'
  | 'readSettings'
  | 'patchSettings'
  | 'grant'
  | 'revoke'
  | 'readCluster'
  | 'listProjects'
  | 'listClusters'
  | 'listAllClusters'
  | 'listUsers'
  | 'listTeams'
  | 'orgEvents'
  | 'projectEvents'
  | 'listEventTypes'
  | 'readServiceAccount'
  | 'readProjectServiceAccount';

/** A call that has passed authentication, version and roles. */
export interface ApiRequest {
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly account: AtlasServiceAccount;
  readonly organization: AtlasOrganization;
  readonly now: Date;
  /** The parsed body; undefined for an endpoint without one. */
  readonly body: unknown;
}

export interface Endpoint {
  readonly call: AtlasCall;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below `/api/atlas/v2`, as the OpenAPI document writes it. */
  readonly path: string;
  /** The date of the resource version; a later date in `Accept` gets this version, an earlier one is refused. */
  readonly version: string;
  readonly permission: AtlasPermission;
  /** Query parameters it knows besides those of paging. Others are refused, so that a misspelt filter is noticed. */
  readonly query?: readonly string[];
  readonly hasBody?: true;
  /** What it answers with 200; undefined is 204. Throws `AtlasRefusal`. */
  answer(request: ApiRequest): unknown;
}

export function param(request: ApiRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The path has no ${name}`);
  return value;
}

export function isoSeconds(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** An instant in ISO 8601, UTC, or undefined. */
export function parseInstant(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value)) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The body as an object that holds only known attributes. */
export function bodyAttributes(body: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refusal(400, { errorCode: 'MALFORMED_JSON', detail: 'Received JSON is malformed.' });
  }
  for (const name of Object.keys(body)) {
    if (!known.includes(name)) {
      throw refusal(400, {
        errorCode: 'INVALID_ATTRIBUTE',
        detail: `Invalid attribute ${name} specified.`,
        parameters: [name],
      });
    }
  }
  return { ...body };
}

export function requiredAttribute(attributes: Record<string, unknown>, name: string): unknown {
  const value = attributes[name];
  if (value === undefined || value === null) {
    throw refusal(400, {
      errorCode: 'MISSING_ATTRIBUTE',
      detail: `The required attribute ${name} was not specified.`,
      parameters: [name],
    });
  }
  return value;
}

export function invalidEnumeration(value: unknown) {
  return refusal(400, {
    errorCode: 'INVALID_ENUM_VALUE',
    detail: `An invalid enumeration value ${String(value)} was specified.`,
    parameters: [String(value)],
  });
}
