import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Metrics, noMetrics } from '../../src/metrics.ts';
import { countedFetch } from '../../src/slack/counted-fetch.ts';

/** A Slack that answers like this, and the calls that were counted. */
async function slackThatAnswers(answer: { status?: number; body: string } | 'never') {
  const server = createServer((_request, response) => {
    if (answer !== 'never') response.writeHead(answer.status ?? 200).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const counted: string[] = [];
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metrics: Metrics = {
    ...noMetrics,
    called: ({ to, call, outcome }) => void counted.push(`${to} ${call} ${outcome}`),
  };
  return { address, counted, server, fetch: countedFetch(metrics, `${address}/api/`) };
}

it.each([
  ['what it did', { body: '{"ok":true}' }, 'ok'],
  ['what it did, without JSON', { body: 'OK - 120' }, 'ok'],
  ['a refusal', { body: '{"error":"channel_not_found","ok":false}' }, 'refused'],
  ['a refusal by status', { status: 404, body: '' }, 'refused'],
  ['too many calls', { status: 429, body: '' }, 'rate-limited'],
  ['trouble of its own', { status: 503, body: '' }, 'unavailable'],
])('counts %s, and hands the answer on as it is', async (_, answer, outcome) => {
  const slack = await slackThatAnswers(answer);
  const response = await slack.fetch(`${slack.address}/api/chat.postMessage`, { method: 'POST' });
  expect({ status: response.status, body: await response.text() }).toEqual({ status: 200, ...answer });
  expect(slack.counted).toEqual([`slack chat.postMessage ${outcome}`]);
});

it('counts what gets no answer, and throws what was thrown', async () => {
  const slack = await slackThatAnswers('never');
  const late = slack.fetch(`${slack.address}/api/auth.test`, { signal: AbortSignal.timeout(50) });
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  slack.server.closeAllConnections();
  slack.server.close();
  await expect(slack.fetch(`${slack.address}/api/auth.test`)).rejects.toThrow('fetch failed');
  expect(slack.counted).toEqual(['slack auth.test timeout', 'slack auth.test connection']);
});

it('names no address, whatever it holds', async () => {
  const slack = await slackThatAnswers({ body: '{"ok":true}' });
  for (const path of [
    '/commands/T0ACME/123/secret',
    '/upload/v1/CwABAAAA',
    '/api/users.info?user=U0ERIN',
    '/api/a.b/../secret',
  ]) {
    await (await slack.fetch(new URL(path, slack.address))).text();
  }
  expect(slack.counted).toEqual([
    'slack response_url ok',
    'slack upload ok',
    'slack response_url ok',
    'slack response_url ok',
  ]);
});
