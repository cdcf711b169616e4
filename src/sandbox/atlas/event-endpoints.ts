import { type Endpoint, invalidEnumeration, param, parseInstant } from './endpoint.ts';
import { refusal } from './errors.ts';
import { EVENT_TYPES } from './event-types.ts';
import { pageOf } from './paging.ts';
import type { AtlasEvent } from './seed.ts';

export const eventEndpoints: readonly Endpoint[] = [
  {
    call: 'orgEvents',
    method: 'GET',
    path: '/orgs/{orgId}/events',
    version: '2023-01-01',
    permission: 'organization-member',
    query: ['eventType', 'includeRaw', 'maxDate', 'minDate'],
    answer({ organization, url }) {
      const matches = eventFilter(url, 'organization');
      const events = organization.events.filter((event) => event.groupId === undefined && matches(event));
      return pageOf(url, describeNewestFirst(organization.id, events));
    },
  },
  {
    call: 'projectEvents',
    method: 'GET',
    path: '/groups/{groupId}/events',
    version: '2023-01-01',
    permission: 'project-read',
    query: ['clusterNames', 'eventType', 'excludedEventType', 'includeRaw', 'maxDate', 'minDate'],
    answer(request) {
      const { organization, url } = request;
      const groupId = param(request, 'groupId');
      const matches = eventFilter(url, 'project');
      const clusterNames = url.searchParams.getAll('clusterNames');
      const events = organization.events.filter(
        (event) =>
          event.groupId === groupId &&
          (clusterNames.length === 0 || clusterNames.includes(event.clusterName ?? '')) &&
          matches(event),
      );
      return pageOf(url, describeNewestFirst(organization.id, events));
    },
  },
  {
    call: 'listEventTypes',
    method: 'GET',
    path: '/eventTypes',
    version: '2023-01-01',
    permission: 'signed-in',
    answer: ({ url }) =>
      pageOf(
        url,
        EVENT_TYPES.map(({ alertable, description, eventType }) => ({ alertable, description, eventType })),
      ),
  },
];

/** Both dates belong to the period they span. Throws on a type that this endpoint does not have. */
function eventFilter(url: URL, scope: 'organization' | 'project'): (event: AtlasEvent) => boolean {
  const wanted = eventTypes(url, 'eventType', scope);
  const excluded = eventTypes(url, 'excludedEventType', scope);
  const minDate = dateParameter(url, 'minDate');
  const maxDate = dateParameter(url, 'maxDate');
  return (event) => {
    const created = new Date(event.created);
    return (
      (wanted.length === 0 || wanted.includes(event.eventTypeName)) &&
      !excluded.includes(event.eventTypeName) &&
      (minDate === undefined || created >= minDate) &&
      (maxDate === undefined || created <= maxDate)
    );
  };
}

function eventTypes(url: URL, name: string, scope: 'organization' | 'project'): string[] {
  const asked = url.searchParams.getAll(name);
  for (const eventType of asked) {
    if (!EVENT_TYPES.some((known) => known.eventType === eventType && known.scope === scope)) {
      throw invalidEnumeration(eventType);
    }
  }
  return asked;
}

function dateParameter(url: URL, name: string): Date | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  const date = parseInstant(text);
  if (date === undefined) {
    throw refusal(400, {
      errorCode: 'INVALID_QUERY_PARAMETER',
      detail: `Invalid query parameter ${name} specified.`,
      parameters: [name],
    });
  }
  return date;
}

function describeNewestFirst(orgId: string, events: readonly AtlasEvent[]) {
  const oldestFirst = events.toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created));
  return oldestFirst.toReversed().map(({ clusterName: _notGivenBack, ...event }) => ({ ...event, links: [], orgId }));
}
