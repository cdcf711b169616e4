import { z } from 'zod';
import type { ActivityEvent, TargetRef } from '../provider.ts';
import { type AtlasApi, apiPath } from './api.ts';
import { wholeSeconds } from './instants.ts';
import { rolesAsked } from './roles.ts';
import { checkTarget } from './targets.ts';

const event = z.object({
  eventTypeName: z.string(),
  created: z.iso.datetime({ offset: true }),
  isGlobalAdmin: z.boolean().nullish(),
  username: z.string().nullish(),
  /** Names MongoDB's own people where there is no user. */
  employeeIdentifier: z.string().nullish(),
  publicKey: z.string().nullish(),
});

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
  const events = await api.listSome(
    {
      name: 'list-organization-events',
      path: apiPath`/orgs/${organizationId}/events`,
      version: '2023-01-01',
      query: { eventType: blocked ? blockEvents.on : blockEvents.off, minDate: wholeSeconds(since) },
      role: rolesAsked.organizationMember,
      subject: 'this organization',
      item: event,
    },
    signal,
  );
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

/** What Atlas recorded about a cluster between two instants, both included, oldest first. */
export async function readActivity(
  api: AtlasApi,
  target: TargetRef,
  from: Date,
  to: Date,
  signal?: AbortSignal,
): Promise<ActivityEvent[]> {
  checkTarget(target);
  const span = { minDate: wholeSeconds(from), maxDate: wholeSeconds(to) };
  const events = await listProjectEvents(api, target, span, signal);
  return events
    .map((one) => ({
      at: new Date(one.created),
      type: one.eventTypeName,
      byVendorStaff: one.isGlobalAdmin === true,
      actor: actorOf(one),
    }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

const listProjectEvents = (
  api: AtlasApi,
  target: TargetRef,
  span: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<z.infer<typeof event>[]> =>
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

const actorOf = ({ username, employeeIdentifier, publicKey }: z.infer<typeof event>): string | undefined =>
  username ?? employeeIdentifier ?? publicKey ?? undefined;
