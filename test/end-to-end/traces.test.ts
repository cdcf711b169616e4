import { expect, it } from 'vitest';
import { demoBlockAccount, demoEverydayAccount } from '../../src/sandbox/atlas/demo-seed.ts';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import { minute, people, startHarness } from '../support/harness.ts';
import { type ReceivedSpan, startCollector } from '../support/trace-collector.ts';
import { clicks, inAtlas, types } from './steps.ts';

const reason = 'Primary steps down every few minutes';
const key = 'Bearer key-of-the-collector';
const problem = { status: { code: 2 } };

/** How each span hangs together with those above it, by their names. */
function under(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? span.name : `${under(parent, spans)} > ${span.name}`;
}

it('one trace leads from a click to what it does in Atlas and Slack, and says nothing of people', {
  timeout: 60_000,
}, async () => {
  const collector = await startCollector();
  const harness = await startHarness({
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(key)}`,
      OTEL_SERVICE_NAME: 'portcullis-here',
    },
  });
  const { slack } = harness.sandbox;
  const organization = harness.bystander === undefined ? 'default' : meridian.key;
  await types(harness, 'erin', `request payments-prod 2h infrastructure ${reason}`);
  await clicks(harness, 'olivia', 'Approve for 2 h');
  expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  const grant = await harness.onlyGrant();
  slack.addFault({ method: 'users.info', kind: 'error', error: 'internal_error', times: 1 });
  const answer = await types(harness, 'erin', 'status');
  await harness.advance(6 * minute);
  await harness.sandbox.stopBot();

  const spans = collector.spans();
  const click = spans.find(({ name }) => name.startsWith('action approve-grant'));
  const inTrace = spans.filter(({ traceId }) => traceId === click?.traceId);
  expect(click).toMatchObject({
    facts: {
      'portcullis.payload': 'action',
      'portcullis.handler': 'approve-grant',
      'portcullis.organization': organization,
    },
    events: [{ name: 'approve' }],
  });
  expect(click?.parentSpanId).toBeUndefined();
  const paths = [...new Set(inTrace.map((span) => under(span, inTrace)))];
  expect(paths).toContain('action approve-grant > grants sync > atlas grant-access');
  expect(paths).toContain('action approve-grant > grants render > slack chat.update');
  expect(paths).toContain('action approve-grant > grants note > slack chat.postMessage');
  // Whose first part is missing, if any, hangs in the air.
  expect(paths.filter((path) => !path.startsWith('action approve-grant'))).toEqual([]);
  expect(inTrace.find(({ name }) => name === 'atlas grant-access')?.facts).toMatchObject({
    'portcullis.outcome': 'ok',
    'http.response.status_code': 204,
  });
  expect(inTrace.find(({ name }) => name === 'grants sync')?.facts).toMatchObject({
    'portcullis.grant': grant._id,
    'portcullis.organization': organization,
    'portcullis.outcome': expect.stringMatching(/^(?:done|waits)$/),
  });

  // What is looked at again minutes later is another trace, which says what led to it.
  const later = spans.filter(({ name, traceId }) => name === 'grants sync' && traceId !== click?.traceId);
  expect(later.length).toBeGreaterThan(0);
  for (const span of later) {
    expect(span.links).toMatchObject([{ traceId: click?.traceId, spanId: click?.spanId }]);
  }

  // A failure: the message leads to the log, and the log to the trace.
  const [, reference] = /Reference for the operators of Portcullis: (\w+)/.exec(answer) ?? [];
  const failed = spans.find(({ facts }) => facts['portcullis.reference'] === reference);
  expect(failed).toMatchObject({ name: 'command status', ...problem });
  expect(harness.logs.find((line) => line.reference === reference)).toMatchObject({ traceId: failed?.traceId });

  const [first] = collector.receiver.received;
  expect(first).toMatchObject({ path: '/v1/traces', headers: { authorization: key } });
  const everything = collector.receiver.received.map(({ body }) => body).join();
  expect(everything).toContain('portcullis-here');
  const secrets = [
    slack.seed.bot.token,
    slack.seed.signingSecret,
    demoEverydayAccount.clientSecret,
    demoBlockAccount.clientSecret,
    'atlas.',
    'key-of-the-collector',
  ];
  const persons = slack.seed.users.flatMap(({ email, realName }) => [email ?? realName, realName]);
  for (const kept of [...secrets, ...persons, ...Object.values(people), reason, 'payments-prod', 'Bearer']) {
    expect(everything).not.toContain(kept);
  }
});

it('a collector that never answers changes nothing', { timeout: 60_000 }, async () => {
  const collector = await startCollector();
  collector.receiver.answers = () => {};
  const harness = await startHarness({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
  expect(await types(harness, 'olivia', `grant payments-prod 2h infrastructure ${reason}`)).toContain('payments-prod');
  expect(inAtlas(harness, 'payments-prod')).toBeDefined();
  await harness.sandbox.stopBot();
  expect(collector.receiver.received).toHaveLength(1);
});
