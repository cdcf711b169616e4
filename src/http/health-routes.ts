import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';

/** A path of an HTTP server, as Bolt's receivers take them too. */
export interface Route {
  readonly path: string;
  readonly method: 'GET';
  handler(request: IncomingMessage, response: ServerResponse): void;
}

const noStore = { 'cache-control': 'no-store' };

/**
 * `/healthz`: 200 while the process is worth keeping, 503 when it has to be started again. `/readyz`: 200 or 503 with
 * `{"ready":…,"parts":{"mongodb":{"state":"ok"},"provider":{"state":"degraded","since":"…","why":"…"},…}}`.
 */
export function healthRoutes(health: Health): readonly Route[] {
  return [
    {
      path: '/healthz',
      method: 'GET',
      handler: (_request, response) => answer(response, health.alive, { alive: health.alive }),
    },
    {
      path: '/readyz',
      method: 'GET',
      handler: (_request, response) =>
        void health.readiness().then((readiness) => answer(response, readiness.ready, readiness)),
    },
  ];
}

function answer(response: ServerResponse, good: boolean, body: object): void {
  response
    .writeHead(good ? 200 : 503, { ...noStore, 'content-type': 'application/json' })
    .end(`${JSON.stringify(body)}\n`);
}

export interface RouteServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves these routes and nothing else: 404 for other paths, 405 for other methods. */
export async function serveRoutes(
  routes: readonly Route[],
  { port, host }: { readonly port: number; readonly host?: string },
): Promise<RouteServer> {
  const server: Server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const path = request.url?.split('?')[0];
    const route = routes.find((one) => one.path === path);
    if (route === undefined) response.writeHead(404, noStore).end();
    else if (route.method === request.method) route.handler(request, response);
    else response.writeHead(405, { ...noStore, allow: route.method }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    // A server that listens on TCP has an address object.
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
