import { expect, it } from 'vitest';
import { createWebhook } from '../../src/webhook/webhook.ts';
import { secret, startReceiver, verified } from './receiver.ts';

const now = new Date('2026-03-02T09:00:00Z');
const message = { id: 'ledger_o_1', body: '{"type":"ledger.entry","data":{"detail":"größer"}}' };
const here = { secret, privateHosts: ['127.0.0.1'] };

it('sends what a receiver can verify by Standard Webhooks', async () => {
  const receiver = await startReceiver();
  const webhook = createWebhook({ ...here, url: `${receiver.url}?tenant=1` });
  expect(await webhook(message, now)).toEqual({ kind: 'taken' });
  const [received] = receiver.received;
  if (received === undefined) expect.fail('Nothing arrived');
  expect(verified(received)).toEqual(JSON.parse(message.body));
  expect(received.path).toBe('/hook?tenant=1');
  expect(received.headers).toMatchObject({ 'webhook-id': 'ledger_o_1', 'content-type': 'application/json' });
  expect(() => verified({ ...received, body: received.body.replace('entry', 'Entry') })).toThrow(
    'No matching signature',
  );
});

it.each([
  [410, {}, { kind: 'gone' }],
  [404, {}, { kind: 'not-taken', why: 'HTTP 404' }],
  [503, { 'retry-after': '120' }, { kind: 'not-taken', why: 'HTTP 503', retryAfterMs: 120_000 }],
  [
    429,
    { 'retry-after': 'Mon, 02 Mar 2026 09:01:00 GMT' },
    { kind: 'not-taken', why: 'HTTP 429', retryAfterMs: 60_000 },
  ],
  [503, { 'retry-after': '999999' }, { kind: 'not-taken', why: 'HTTP 503', retryAfterMs: 3_600_000 }],
  [503, { 'retry-after': 'soon' }, { kind: 'not-taken', why: 'HTTP 503' }],
])('understands %i with %j', async (status, headers, outcome) => {
  const receiver = await startReceiver();
  receiver.answers = (response) => void response.writeHead(status, headers).end('why');
  expect(await createWebhook({ ...here, url: receiver.url })(message, now)).toEqual(outcome);
});

it('follows no redirect', async () => {
  const [first, second] = [await startReceiver(), await startReceiver()];
  first.answers = (response) => void response.writeHead(307, { location: second.url }).end();
  expect(await createWebhook({ ...here, url: first.url })(message, now)).toEqual({
    kind: 'not-taken',
    why: 'HTTP 307',
  });
  expect(second.received).toEqual([]);
});

it('does not wait for ever, neither for an answer nor for its end', async () => {
  const receiver = await startReceiver();
  const webhook = createWebhook({ ...here, url: receiver.url, timeoutMs: 200 });
  receiver.answers = () => {};
  expect(await webhook(message, now)).toEqual({ kind: 'not-taken', why: 'no answer within 0.2 s' });
  receiver.answers = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('cut off', () => response.destroy());
  };
  expect(await webhook(message, now)).toEqual({ kind: 'taken' });
  receiver.answers = (response) => void response.writeHead(200).write('and so on');
  expect(await webhook(message, now)).toEqual({ kind: 'taken' });
});

it('reads no more of an answer than it takes to know its status', async () => {
  const receiver = await startReceiver();
  let written = 0;
  receiver.answers = (response) => {
    response.writeHead(200);
    const more = (): void => {
      if (response.destroyed) return;
      written += 65_536;
      response.write(Buffer.alloc(65_536), () => setImmediate(more));
    };
    more();
  };
  expect(await createWebhook({ ...here, url: receiver.url })(message, now)).toEqual({ kind: 'taken' });
  expect(written).toBeGreaterThan(0);
});

it.each([
  'http://127.0.0.1:9/',
  'http://localhost:9/',
  'https://[::1]:9/',
  'https://10.1.2.3/',
  'https://[::ffff:10.1.2.3]/',
])('does not call %s unless it is told that it may', async (url) => {
  expect(await createWebhook({ secret, url, privateHosts: ['siem.internal'] })(message, now)).toEqual({
    kind: 'not-taken',
    why: 'the host has a private address and does not stand in LEDGER_WEBHOOK_ALLOW_PRIVATE',
  });
});

it('says what is wrong where nobody listens', async () => {
  const webhook = createWebhook({ ...here, url: 'http://127.0.0.1:9/' });
  expect(await webhook(message, now)).toEqual({ kind: 'not-taken', why: 'ECONNREFUSED' });
});
