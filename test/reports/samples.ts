import { systemClock } from '../../src/clock.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { createAtlasProvider } from '../../src/providers/atlas/atlas-provider.ts';
import type { Month } from '../../src/reports/month.ts';
import { type Report, type ReportInput, reportOf } from '../../src/reports/report.ts';
import type { Vocabulary } from '../../src/reports/rows.ts';
import * as told from '../support/grants.ts';

const october: Month = { year: 2026, month: 10 };
export const infrastructure = 'CLUSTER_INFRASTRUCTURE';
export const logs = 'CLUSTER_DATABASE_LOGS';
export const sync = 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA';
/** Of October 2026, in hours since it began in UTC. */
export const inOctober = (hours: number): Date => new Date(Date.UTC(2026, 9, 1) + hours * told.hour);

/** The words of the provider that there is. */
export const vocabulary: Vocabulary = createAtlasProvider({
  baseUrl: 'http://127.0.0.1',
  organizationId: 'org1',
  credentials: { clientId: 'id', clientSecret: async () => 'secret' },
  clock: systemClock,
}).capabilities;

export interface Opened {
  readonly name?: string;
  readonly project?: string;
  readonly type?: string;
  /** In hours of October. */
  readonly from: number;
  readonly to: number;
  readonly change?: Partial<Grant>;
}

/** A grant that was seen open from then to then, and has expired. */
export function opened({ name = 'payments-prod', project = 'payments', type = logs, from, to, change }: Opened): Grant {
  const [openedAt, until] = [inOctober(from), inOctober(to)];
  return {
    ...told.inState('expired'),
    _id: `g-${name}-${from}`,
    target: { id: `${project}/${name}`, name, projectId: project, projectName: project, url: 'https://cloud.example/' },
    terms: { type, durationMs: until.getTime() - openedAt.getTime() },
    requestedAt: openedAt,
    wanted: { type, until },
    sent: [],
    openedAt,
    maybeOpenFrom: openedAt,
    endedAt: until,
    history: [],
    ...change,
  };
}

/** Seen blocked since long ago, or with these changes alone, in hours of October. */
export function organizationWith(changes: readonly { readonly at: number; readonly blocked: boolean }[]): Organization {
  const { at, blocked } = changes.at(-1) ?? { at: -2_000, blocked: true };
  return {
    ...newOrganization('64f0a1b2c3d4e5f600000001', 'C1', inOctober(-2_000)),
    confirmed: { blocked, since: inOctober(at), at: inOctober(744) },
    history: changes.map((change) => ({
      at: inOctober(change.at),
      action: change.blocked ? 'seen-blocked' : 'seen-unblocked',
      actor: { kind: 'portcullis' },
    })),
  };
}

export const report = (grants: readonly Grant[], change: Partial<ReportInput> = {}): Report =>
  reportOf({
    organizationId: '64f0a1b2c3d4e5f600000001',
    month: october,
    timeZone: 'UTC',
    at: inOctober(800),
    grants,
    organization: organizationWith([]),
    incomplete: false,
    ...change,
  });

const names = [
  'payments-prod',
  'ledger-prod',
  'warehouse',
  'events-prod',
  'staging',
  'search',
  'identity',
  'catalogue',
];

/** As many clusters, each with a few grants of several types. */
export const clusters = (count: number): Grant[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `${names[index % names.length]}${index < names.length ? '' : `-${Math.floor(index / names.length) + 1}`}`;
    return Array.from({ length: 1 + (index % 4) }, (_, turn) => {
      const from = ((index * 37 + turn * 151) % 700) + 1;
      const type = [infrastructure, logs, sync][(index + turn) % 3] ?? logs;
      return opened({ name, type, from, to: from + 1 + ((index * 5 + turn * 7) % 24) });
    });
  }).flat();

/** What was read of the vendor's staff, at these hours of October. */
export const recorded = (...hours: readonly number[]): NonNullable<Grant['activity']> => ({
  from: inOctober(0),
  to: inOctober(744),
  readAt: inOctober(745),
  events: hours.map((hour) => ({
    id: `e-${hour}`,
    at: inOctober(hour),
    type: 'HOST_SSH_SESSION_REQUESTED',
    on: 'target',
    by: 'staff@vendor.example',
  })),
  more: 0,
});
