import { Agent, get } from 'node:http';
import { answerOrders } from './answer-orders.ts';
import type { LoadAnswer } from './load.ts';

/** Questions on connections that are kept alive, each asked when the one before was answered. */
export interface AskersOrder {
  readonly port: number;
  readonly connections: number;
  readonly questions: number;
  /** Used in turn. */
  readonly paths: readonly string[];
  readonly token: string;
}

const agents = new Map<number, Agent>();
let count = 0;

answerOrders(async (order: AskersOrder): Promise<LoadAnswer> => {
  const agent = agents.get(order.port) ?? new Agent({ keepAlive: true, maxSockets: order.connections });
  agents.set(order.port, agent);
  const latenciesMs: number[] = [];
  let left = order.questions;
  const startedAt = performance.now();
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      latenciesMs.push(await answered(order, agent));
    }
  };
  await Promise.all(Array.from({ length: order.connections }, connection));
  return { elapsedMs: performance.now() - startedAt, latenciesMs };
});

/** How long it took in milliseconds. Rejects for any other answer than 200. */
function answered({ port, paths, token }: AskersOrder, agent: Agent): Promise<number> {
  count += 1;
  const path = paths[count % paths.length];
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const options = { host: '127.0.0.1', port, path, agent, headers: { authorization: `Bearer ${token}` } };
    get(options, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - startedAt);
        else reject(new Error(`HTTP ${answer.statusCode}`));
      });
    }).once('error', reject);
  });
}
