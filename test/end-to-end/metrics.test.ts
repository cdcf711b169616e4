import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { type Sample, scrape, total } from '../support/scrape.ts';
import { clicks, inAtlas, types } from './steps.ts';

const second = 1_000;
const request = 'request payments-prod 2h infrastructure Primary steps down every few minutes';
const measured = { settings: { HEALTH_PORT: '0' } };

const samplesOf = async ({ sandbox }: Harness): Promise<Sample[]> => (await scrape(sandbox.bot.healthPort)).samples;

/** How often each of these values occurs. */
function countedBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The samples of one metric, by these labels. */
function byLabels(samples: readonly Sample[], name: string, ...labels: string[]): Record<string, number> {
  const found = samples.filter((sample) => sample.name === name);
  return Object.fromEntries(
    found.map((sample) => [labels.map((label) => sample.labels[label]).join(' '), sample.value]),
  );
}

it('counts what was decided, done and called, and names nobody', { timeout: 60_000 }, async () => {
  const harness = await startHarness(measured);
  const { slack, atlas, bot } = harness.sandbox;
  await types(harness, 'erin', request);
  await clicks(harness, 'erin', 'Approve for 2 h');
  await clicks(harness, 'olivia', 'Approve for 2 h');
  slack.addFault({ method: 'chat.postMessage', kind: 'http-status', status: 500, times: 1 });
  await types(harness, 'erin', request.replace('payments-prod', 'ledger-prod'));
  await harness.advance(minute);
  slack.addFault({ method: 'users.info', kind: 'error', error: 'internal_error', times: 1 });
  expect(await types(harness, 'erin', 'status')).toContain('Reference for the operators');
  await clicks(harness, 'olivia', 'Revoke now', { message: 'payments-prod' });

  const { response, samples } = await scrape(bot.healthPort);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');

  const isDecision = ({ actor }: Record<string, unknown>) => JSON.stringify(actor).includes('"person"');
  // The numbers are of the process, whatever organization.
  const audits = harness.logs.filter((line) => line.audit === true);
  expect(byLabels(samples, 'portcullis_decisions_total', 'action', 'outcome')).toEqual(
    countedBy(audits.filter(isDecision).map(({ action, outcome }) => `${action} ${outcome}`)),
  );
  expect(total(samples, 'portcullis_decisions_total', { action: 'approve', outcome: 'refused' })).toBe(1);
  expect(byLabels(samples, 'portcullis_transitions_total', 'action')).toEqual(
    countedBy(audits.filter((line) => !isDecision(line)).map(({ action }) => String(action))),
  );

  const inWebApi = slack.calls.map(({ method }) => method);
  const slackCalls = byLabels(
    samples.filter(({ labels }) => labels.to === 'slack' && labels.call !== 'response_url'),
    'portcullis_call_duration_seconds_count',
    'call',
  );
  // The set-up is checked by clients of its own, once at the start.
  const atStart = ['auth.test', 'conversations.info'];
  expect(Object.keys(slackCalls).length).toBeGreaterThan(5);
  for (const [call, count] of Object.entries(slackCalls)) {
    if (!atStart.includes(call)) expect({ call, count }).toEqual({ call, count: countedBy(inWebApi)[call] });
  }
  expect(total(samples, 'portcullis_calls_total', { to: 'slack', outcome: 'unavailable' })).toBe(1);
  const atlasOk = byLabels(samples, 'portcullis_calls_total', 'to', 'outcome')['atlas ok'];
  expect(atlasOk).toBeGreaterThan(0);
  expect(total(samples, 'portcullis_calls_total', { to: 'atlas' })).toBe(
    atlas.calls.length + (harness.bystander?.atlas.calls.length ?? 0),
  );

  expect(total(samples, 'portcullis_acknowledgement_seconds_count', { payload: 'command' })).toBe(3);
  expect(total(samples, 'portcullis_acknowledgement_seconds_count', { payload: 'action' })).toBe(3);
  const failed = { work: 'grants', effect: 'render', outcome: 'failed' };
  expect(total(samples, 'portcullis_effects_total', failed)).toBe(1);
  expect(total(samples, 'portcullis_effect_retries_total', { work: 'grants', effect: 'render' })).toBe(1);
  expect(total(samples, 'portcullis_effect_lateness_seconds_count')).toBe(total(samples, 'portcullis_effects_total'));
  expect(total(samples, 'portcullis_leases_total', { event: 'taken-over' })).toBeUndefined();
  expect(total(samples, 'portcullis_sweep_duration_seconds_count', { outcome: 'done' })).toBeGreaterThan(1);
  expect(total(samples, 'portcullis_handler_failures_total')).toBe(1);
  expect(total(samples, 'process_start_time_seconds')).toBeGreaterThan(0);

  // Slack's requests come from the internet: nothing of this is told where they do.
  expect((await fetch(`http://127.0.0.1:${bot.port}/metrics`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${bot.healthPort}/metrics`, { method: 'DELETE' })).status).toBe(405);
  for (const port of [bot.port, bot.healthPort])
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  const names = [
    ...Object.values(people),
    'erin',
    'olivia',
    'payments',
    'ledger-prod',
    harness.channel,
    atlas.state.id,
  ];
  const said = JSON.stringify(samples);
  expect(names.filter((name) => said.includes(name))).toEqual([]);
  expect(said).not.toMatch(/g-[0-9a-z]{10}|https?:/);
});

it('tells what is open, late and not closed as it is when asked', { timeout: 60_000 }, async () => {
  const harness = await startHarness(measured);
  const { atlas, clock, bot } = harness.sandbox;
  const asked = (name: string, labels?: Sample['labels']) =>
    samplesOf(harness).then((samples) => total(samples, name, labels));
  await types(harness, 'erin', request);
  await clicks(harness, 'olivia', 'Approve for 2 h');
  await harness.advance(10 * second);
  expect(byLabels(await samplesOf(harness), 'portcullis_grants', 'access')).toEqual({ open: 1, maybe_open: 0 });
  expect(await asked('portcullis_due_documents', { work: 'grants' })).toBe(0);

  // Nobody works: the end comes, and nothing is done about it.
  clock.tick(2 * hour + 5 * minute);
  expect(byLabels(await samplesOf(harness), 'portcullis_grants', 'access')).toEqual({ open: 0, maybe_open: 1 });
  expect(await asked('portcullis_due_documents', { work: 'grants' })).toBe(1);
  expect(await asked('portcullis_due_oldest_age_seconds', { work: 'grants' })).toBeGreaterThan(hour / second);
  // The end was counted from the approval.
  expect(await asked('portcullis_grant_past_end_seconds')).toBe(310);
  expect(await asked('portcullis_part_ok', { part: 'sweep' })).toBe(0);

  // Atlas says nothing: it is being closed, and nobody sees it closed.
  const fault = atlas.addFault({ kind: 'status', status: 503 });
  await bot.sweep();
  await harness.idle();
  await harness.advance(6 * minute);
  expect(await asked('portcullis_grant_closing_seconds')).toBe(360);
  expect(await asked('portcullis_calls_total', { to: 'atlas', outcome: 'unavailable' })).toBe(fault.hits());
  expect(await asked('portcullis_part_ok', { part: 'provider' })).toBe(0);
  expect(await asked('portcullis_ready')).toBe(1);
  fault.clear();
  await harness.advance(6 * minute);
  expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  expect(byLabels(await samplesOf(harness), 'portcullis_grants', 'access')).toEqual({ open: 0, maybe_open: 0 });
  expect(await asked('portcullis_grant_past_end_seconds')).toBe(0);
  expect(await asked('portcullis_grant_closing_seconds')).toBe(0);

  // Without its database it still answers, and does not repeat what was true before.
  await harness.database.server?.stop();
  clock.tick(10 * second);
  const away = await samplesOf(harness);
  expect(total(away, 'portcullis_ready')).toBe(0);
  expect(total(away, 'portcullis_grants')).toBeUndefined();
  expect(total(away, 'portcullis_grant_closing_seconds')).toBeUndefined();
  await harness.database.server?.start();
});

it('tells by how much a clock is off, and that nothing is swept by it', { timeout: 60_000 }, async () => {
  const harness = await startHarness(measured);
  const machine = new ManualClock(new Date(harness.sandbox.clock.now().getTime() + hour));
  const bot = await harness.sandbox.startReplica(machine);
  onTestFinished(() => bot.stop());
  await bot.sweep();
  const { samples } = await scrape(bot.healthPort);
  expect(total(samples, 'portcullis_clock_offset_seconds')).toBeCloseTo(3_600, 0);
  expect(total(samples, 'portcullis_ready')).toBe(0);
  expect(total(samples, 'portcullis_sweep_duration_seconds_count', { outcome: 'done' })).toBeUndefined();
  expect(total(samples, 'portcullis_sweep_duration_seconds_count', { outcome: 'skipped' })).toBe(2);
});
