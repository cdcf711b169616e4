import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { createLogger } from '../src/log.ts';
import { startOpenTelemetry } from '../src/open-telemetry.ts';
import { eventually } from './support/eventually.ts';
import { MainProcess } from './support/main-process.ts';
import { startCollector } from './support/trace-collector.ts';

/** As many spans as go out at once. */
const batch = 512;

async function traced() {
  const lines: { msg: string }[] = [];
  const log = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const collector = await startCollector();
  const { endpoint } = collector;
  const tracing = await startOpenTelemetry({ endpoint, headers: {}, serviceName: 'portcullis' }, log);
  const makes = async (spans: number) => {
    for (let made = 0; made < spans; made++) await tracing.payload({ kind: 'action', handler: 'any' }, async () => {});
  };
  return { tracing, makes, lines, collector, messages: () => lines.map(({ msg }) => msg) };
}

it('tells once of a collector that takes nothing, and again after it did', async () => {
  const { tracing, makes, collector, messages } = await traced();
  const { receiver } = collector;
  const takes = receiver.answers;
  const refuses = (response: ServerResponse): void => void response.writeHead(400).end();
  receiver.answers = refuses;
  const told = 'The collector of traces does not take them: they are dropped';
  let sent = 0;
  const sends = async () => {
    await makes(batch);
    sent += 1;
    await eventually(() => receiver.received.length).toBe(sent);
  };
  await sends();
  await sends();
  receiver.answers = takes;
  await sends();
  receiver.answers = refuses;
  await sends();
  await tracing.stop();
  expect(messages()).toEqual([told, told]);
});

it('keeps a bounded number of spans for a collector that is slow', async () => {
  const { tracing, makes, collector } = await traced();
  const { receiver } = collector;
  const takes = receiver.answers;
  const held: (() => void)[] = [];
  receiver.answers = (response, received) => void held.push(() => takes(response, received));
  await makes(10 * batch);
  await eventually(() => held.length).toBe(1);
  receiver.answers = takes;
  for (const answer of held) answer();
  await tracing.stop();
  expect(collector.spans().length).toBe(batch + 2_048);
});

it('what another process does for a click belongs to its trace, and later links to it', async () => {
  const { tracing, collector } = await traced();
  const { endpoint } = collector;
  const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const other = await startOpenTelemetry({ endpoint, headers: {}, serviceName: 'portcullis' }, log);
  const effect = (operationId: string, agoMs: number) =>
    other.effect(
      { work: 'grants', effect: 'render', lateMs: 0, attempts: 0, cause: { operationId, agoMs } },
      async () => {},
    );
  for (const operationId of ['1.2.abc', '3.4.def']) {
    await tracing.payload({ kind: 'action', handler: operationId, operationId }, async () => {});
  }
  await effect('3.4.def', 59_999);
  await effect('3.4.def', 60_000);
  await Promise.all([tracing.stop(), other.stop()]);
  const spans = collector.spans();
  const click = spans.find(({ name }) => name === 'action 3.4.def');
  const [soon, late] = spans.filter(({ name }) => name === 'grants render');
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  expect(soon).toMatchObject({ traceId: click?.traceId, parentSpanId: click?.spanId });
  expect(late).toMatchObject({ links: [{ traceId: click?.traceId, spanId: click?.spanId }] });
  expect(late?.parentSpanId).toBeUndefined();
});

it('says of a failure what kind it was and not what it said, and lets it go on', async () => {
  const { tracing, collector } = await traced();
  const failing = tracing.effect({ work: 'grants', effect: 'sync', lateMs: 0, attempts: 0 }, async () => {
    throw new TypeError('what somebody typed');
  });
  await expect(failing).rejects.toThrow('what somebody typed');
  await tracing.stop();
  expect(collector.spans()).toMatchObject([
    { name: 'grants sync', facts: { 'error.type': 'TypeError' }, status: { code: 2 } },
  ]);
  expect(collector.receiver.received.map(({ body }) => body).join()).not.toContain('somebody');
});

it('calls belong to what runs; without it they are in no trace', async () => {
  const { tracing, collector } = await traced();
  const call = { to: 'portal', call: 'open', outcome: 'timeout', durationMs: 40 } as const;
  tracing.called(call);
  expect(tracing.traceId).toBeUndefined();
  await Promise.all(
    ['first', 'second'].map((key) =>
      tracing.of(key).payload({ kind: 'view', handler: key }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        tracing.called(call);
      }),
    ),
  );
  await tracing.stop();
  const spans = collector.spans();
  const calls = spans.filter(({ name }) => name === 'portal open');
  const parents = calls.map(({ parentSpanId }) => spans.find(({ spanId }) => spanId === parentSpanId));
  expect(parents.map((span) => span?.facts['portcullis.organization']).toSorted()).toEqual(['first', 'second']);
  expect(calls[0]).toMatchObject({
    facts: { 'peer.service': 'portal', 'portcullis.outcome': 'timeout' },
    status: { code: 2 },
  });
});

it('its packages are loaded only where traces are kept', async () => {
  const script = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).some((path) => path.includes('@opentelemetry/sdk-trace'));
    const dist = (name) => import(new URL(name, ${JSON.stringify(new URL('../dist/', import.meta.url).href)}));
    await dist('bot.js');
    const before = loaded();
    const { startOpenTelemetry } = await dist('open-telemetry.js');
    await startOpenTelemetry({ endpoint: 'http://127.0.0.1:1', headers: {}, serviceName: 'none' }, {});
    process.stdout.write(JSON.stringify([before, loaded()]));`;
  const child = new MainProcess({}, { command: ['--input-type=module', '--eval', script] });
  expect(await child.exited).toBe(0);
  expect(child.stdout).toBe('[false,true]');
});
