import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startHeartbeat } from '../../src/http/heartbeat.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { eventually } from '../support/eventually.ts';

const minute = 60_000;
const path = '/ping/0123456789abcdef?token=fedcba9876543210';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly status?: number;
}

/** A service that notices silence, on loopback, and the bot's side of it. */
async function startService(answer: RequestListener) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${origin}${path}`;
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', secrets: [url], destination: { write: (line) => void lines.push(line) } });
  const state = { onTime: true };
  const heartbeat = startHeartbeat({ url, clock, log, onTime: async () => state.onTime });
  onTestFinished(async () => {
    heartbeat.cancel();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const parsed = (): Line[] => lines.map((line) => JSON.parse(line));
  return { requests, clock, state, heartbeat, origin, lines, parsed, server };
}

it('calls the address each minute, and not before', async () => {
  const { requests, clock, heartbeat, parsed } = await startService((_request, response) => response.end('OK'));
  clock.tick(minute - 1);
  expect(requests).toEqual([]);
  for (let times = 1; times <= 3; times++) {
    clock.tick(times === 1 ? 1 : minute);
    await eventually(() => requests).toEqual(Array(times).fill(`GET ${path}`));
  }
  heartbeat.cancel();
  clock.tick(10 * minute);
  expect(requests).toHaveLength(3);
  expect(parsed()).toEqual([]);
});

it('is silent while the process is not on time, and says so in the log', async () => {
  const { requests, clock, state, parsed } = await startService((_request, response) => response.end('OK'));
  state.onTime = false;
  clock.tick(minute);
  await eventually(() => parsed().map(({ level }) => level)).toEqual(['warn']);
  state.onTime = true;
  clock.tick(minute);
  await eventually(() => requests).toHaveLength(1);
});

it('goes on after a refusal, follows no redirect, and logs no part of the address', async () => {
  let answers = 0;
  const { requests, clock, parsed, lines } = await startService((_request, response) => {
    answers += 1;
    if (answers === 1) response.writeHead(302, { location: '/elsewhere' }).end();
    else if (answers === 2) response.writeHead(500).end();
    else response.destroy();
  });
  for (let times = 1; times <= 3; times++) {
    clock.tick(minute);
    await eventually(parsed).toHaveLength(times);
  }
  expect(requests).toEqual(Array(3).fill(`GET ${path}`));
  expect(parsed().map(({ msg, status }) => [msg, status])).toEqual([
    ['The heartbeat was not taken', 302],
    ['The heartbeat was not taken', 500],
    ['The heartbeat could not be sent', undefined],
  ]);
  expect(lines.join()).not.toMatch(/0123456789abcdef|fedcba9876543210/);
});
