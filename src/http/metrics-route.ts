import { Gauge, type Registry } from 'prom-client';
import type { Route } from './health-routes.ts';
import type { Standing } from './standing.ts';

const headers = { 'cache-control': 'no-store' };

/** `/metrics`, in Prometheus's text format: what has been counted, and how things stand when it is asked for. */
export function metricsRoute(registry: Registry, standing: () => Promise<Standing>): Route {
  const show = standingGauges(registry);
  return {
    path: '/metrics',
    method: 'GET',
    handler: (_request, response) =>
      void standing()
        .then((stands) => {
          show(stands);
          return registry.metrics();
        })
        .then(
          (text) => response.writeHead(200, { ...headers, 'content-type': registry.contentType }).end(text),
          // Nothing that is measured is worth the process.
          () => response.writeHead(500, headers).end(),
        ),
  };
}

/** What is not known has no sample: an old one would be taken for the truth. */
function standingGauges(registry: Registry): (standing: Standing) => void {
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const ready = gauge('portcullis_ready', 'Whether this process could do what somebody clicks: 1 or 0.');
  const parts = gauge('portcullis_part_ok', 'Whether a part of what the process depends on is well: 1 or 0.', 'part');
  const clock = gauge('portcullis_clock_offset_seconds', 'How far the clock of this machine is ahead of the database.');
  const grants = gauge(
    'portcullis_grants',
    'Grants of which access is open, or may be although it is not seen to be.',
    'access',
  );
  const pastEnd = gauge(
    'portcullis_grant_past_end_seconds',
    'How long ago a grant ended that has not been seen closed; of several the longest.',
  );
  const closing = gauge(
    'portcullis_grant_closing_seconds',
    'For how long a grant has been closing without being seen closed; of several the longest.',
  );
  const due = gauge('portcullis_due_documents', 'Documents with something due that nobody is working on.', 'work');
  const late = gauge('portcullis_due_oldest_age_seconds', 'For how long the first of them has been due.', 'work');
  return ({ readiness, aheadMs, records }) => {
    ready.set(Number(readiness.ready));
    for (const [part, { state }] of Object.entries(readiness.parts)) parts.set({ part }, Number(state === 'ok'));
    setOrRemove(clock, aheadMs);
    setOrRemove(pastEnd, records?.pastEndMs);
    setOrRemove(closing, records?.closingMs);
    for (const changing of [grants, due, late]) changing.reset();
    if (records === undefined) return;
    grants.set({ access: 'open' }, records.open);
    grants.set({ access: 'maybe_open' }, records.maybeOpen);
    for (const { work, documents, lateMs } of records.due) {
      due.set({ work }, documents);
      late.set({ work }, lateMs / 1_000);
    }
  };
}

function setOrRemove(gauge: Gauge, ms: number | undefined): void {
  if (ms === undefined) gauge.remove();
  else gauge.set(ms / 1_000);
}
