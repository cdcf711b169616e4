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

/** What Atlas recorded about a cluster between two instants, both included, oldest first. */
export async function readActivity(
  api: AtlasApi,
  target: TargetRef,
  from: Date,
  to: Date,
  signal?: AbortSignal,
): Promise<ActivityEvent[]> {
  checkTarget(target);
  const events = await api.listSome(
    {
      name: 'list-project-events',
      path: apiPath`/groups/${target.projectId}/events`,
      version: '2023-01-01',
      query: { clusterNames: target.name, minDate: wholeSeconds(from), maxDate: wholeSeconds(to) },
      role: rolesAsked.projectReadOnly,
      subject: 'this project',
      item: event,
    },
    signal,
  );
  return events
    .map(({ created, eventTypeName, isGlobalAdmin, username, employeeIdentifier, publicKey }) => ({
      at: new Date(created),
      type: eventTypeName,
      byVendorStaff: isGlobalAdmin === true,
      actor: username ?? employeeIdentifier ?? publicKey ?? undefined,
    }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
