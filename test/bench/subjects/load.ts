import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { answerOrders } from './answer-orders.ts';

/** Signed slash commands, all alike but for what Slack makes anew for each. */
export interface LoadOrder {
  readonly port: number;
  readonly signingSecret: string;
  /** Kept alive; each sends its next command when the one before was acknowledged. */
  readonly connections: number;
  readonly requests: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Used in turn. */
  readonly responseUrls: readonly string[];
}

export interface LoadAnswer {
  /** From the first byte sent to the last acknowledgement. */
  readonly elapsedMs: number;
  /** One for each command, in no order. */
  readonly latenciesMs: readonly number[];
}

/** One for each server, so that connections stay open from round to round. */
const agents = new Map<number, Agent>();
let count = 0;

answerOrders(async (order: LoadOrder): Promise<LoadAnswer> => {
  const agent =
    agents.get(order.port) ?? new Agent({ keepAlive: true, maxSockets: order.connections, scheduling: 'fifo' });
  agents.set(order.port, agent);
  const latenciesMs: number[] = [];
  let left = order.requests;
  const startedAt = performance.now();
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      latenciesMs.push(await acknowledged(order, agent));
    }
  };
  await Promise.all(Array.from({ length: order.connections }, connection));
  return { elapsedMs: performance.now() - startedAt, latenciesMs };
});

/** How long it took in milliseconds. Rejects for any other answer than 200. */
function acknowledged({ port, signingSecret, fields, responseUrls }: LoadOrder, agent: Agent): Promise<number> {
  count += 1;
  const body = new URLSearchParams({
    ...fields,
    trigger_id: `bench.${process.pid}.${count}`,
    response_url: responseUrls[count % responseUrls.length] ?? '',
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const sent = request(
      { host: '127.0.0.1', port, path: '/slack/events', method: 'POST', agent, headers },
      (answer) => {
        answer.resume().once('end', () => {
          if (answer.statusCode === 200) resolve(performance.now() - startedAt);
          else reject(new Error(`Not acknowledged: HTTP ${answer.statusCode}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
