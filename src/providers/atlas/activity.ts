import { z } from 'zod';
import type { StaffEvent } from '../../grants/activity.ts';
import { wholeSeconds } from '../instants.ts';
import type { TargetRef } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { rolesAsked } from './roles.ts';
import { checkTarget } from './targets.ts';

const event = z.object({
  id: z.string(),
  eventTypeName: z.string(),
  created: z.iso.datetime({ offset: true }),
  isGlobalAdmin: z.boolean().nullish(),
  username: z.string().nullish(),
  /** Names MongoDB's own people where there is no user. */
  employeeIdentifier: z.string().nullish(),
  publicKey: z.string().nullish(),
});

type AtlasEvent = z.infer<typeof event>;

/** Event types of the Administration API reference, "Return Events from One Organization". */
const blockEvents = { on: 'ORG_EMPLOYEE_ACCESS_RESTRICTED', off: 'ORG_EMPLOYEE_ACCESS_UNRESTRICTED' } as const;

/** Who last switched the organization's block to this since then. Needs Organization Member. */
export async function readBlockChange(
  api: AtlasApi,
  organizationId: string,
  blocked: boolean,
  since: Date,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const query = { eventType: blocked ? blockEvents.on : blockEvents.off, minDate: wholeSeconds(since) };
  const events = await listOrganizationEvents(api, organizationId, query, signal);
  const last = events.toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created)).at(-1);
  return last === undefined ? undefined : actorOf(last);
}

/**
 * Who last opened, changed or closed support access to a cluster since then, calls of `ownClientId` left out. The published
 * event types name none for a grant on one cluster: whatever its project records about employee access is taken.
 */
export async function readAccessChange(
  api: AtlasApi,
  target: TargetRef,
  since: Date,
  ownClientId: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  checkTarget(target);
  const events = await listProjectEvents(api, target, { minDate: wholeSeconds(since) }, signal);
  const changes = events
    .filter(({ eventTypeName }) => eventTypeName.includes('EMPLOYEE_ACCESS'))
    .filter(({ publicKey }) => publicKey !== ownClientId)
    .sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
  const last = changes.at(-1);
  return last === undefined ? undefined : actorOf(last);
}

/**
 * What Atlas recorded of MongoDB's own people between two instants, oldest first: on a cluster, and for the whole organization.
 * Needs Project Read Only and Organization Member.
 */
export async function readStaffActivity(
  api: AtlasApi,
  organizationId: string,
  target: TargetRef,
  from: Date,
  to: Date,
  signal?: AbortSignal,
): Promise<StaffEvent[]> {
  checkTarget(target);
  // Whole seconds, both included: what happened in the last one belongs to it.
  const span = { minDate: wholeSeconds(from), maxDate: wholeSeconds(new Date(Math.ceil(to.getTime() / 1000) * 1000)) };
  const [onTarget, inOrganization] = await Promise.all([
    listProjectEvents(api, target, span, signal),
    listOrganizationEvents(api, organizationId, span, signal),
  ]);
  // A listing that grows while it is read may give an event twice.
  const found = new Map<string, StaffEvent>();
  for (const one of inOrganization.filter(isByStaff)) found.set(one.id, asStaffEvent(one, 'organization'));
  for (const one of onTarget.filter(isByStaff)) found.set(one.id, asStaffEvent(one, 'target'));
  return [...found.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * Atlas marks what its employees do by `isGlobalAdmin` ("Return Events from One Project" in the Administration API reference).
 * The events of access to hosts name the employee in a field of their own, and nobody else can cause them.
 */
const isByStaff = ({ isGlobalAdmin, employeeIdentifier, eventTypeName }: AtlasEvent): boolean =>
  isGlobalAdmin === true || employeeIdentifier != null || eventTypeName.startsWith('SSH_KEY_NDS_HOST_ACCESS_');

const asStaffEvent = (one: AtlasEvent, on: StaffEvent['on']): StaffEvent => ({
  id: one.id,
  at: new Date(one.created),
  type: one.eventTypeName,
  words: typesInWords.get(one.eventTypeName),
  on,
  by: one.employeeIdentifier ?? one.username ?? undefined,
});

/** Of what MongoDB's people can do, the types that concern backend infrastructure; the list of all is not closed. */
const typesInWords: ReadonlyMap<string, string> = new Map([
  ['SSH_KEY_NDS_HOST_ACCESS_REQUESTED', 'asked for access to a host'],
  ['SSH_KEY_NDS_HOST_ACCESS_GRANTED', 'was given access to a host'],
  ['SSH_KEY_NDS_HOST_ACCESS_ATTEMPT', 'tried to reach a host'],
  ['NDS_HOST_LOGS_DOWNLOADED', 'downloaded logs of a host'],
  [blockEvents.on, 'blocked support access'],
  [blockEvents.off, 'unblocked support access'],
]);

const listOrganizationEvents = (
  api: AtlasApi,
  organizationId: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<AtlasEvent[]> =>
  api.listSome(
    {
      name: 'list-organization-events',
      path: apiPath`/orgs/${organizationId}/events`,
      version: '2023-01-01',
      query,
      role: rolesAsked.organizationMember,
      subject: 'this organization',
      item: event,
    },
    signal,
  );

const listProjectEvents = (
  api: AtlasApi,
  target: TargetRef,
  span: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<AtlasEvent[]> =>
  api.listSome(
    {
      name: 'list-project-events',
      path: apiPath`/groups/${target.projectId}/events`,
      version: '2023-01-01',
      query: { clusterNames: target.name, ...span },
      role: rolesAsked.projectReadOnly,
      subject: 'this project',
      item: event,
    },
    signal,
  );

const actorOf = ({ username, employeeIdentifier, publicKey }: AtlasEvent): string | undefined =>
  username ?? employeeIdentifier ?? publicKey ?? undefined;
