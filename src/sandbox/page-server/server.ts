import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAct } from './act-schema.ts';
import { foreignBecause, safeHeaders } from './guard.ts';
import { Listeners } from './listeners.ts';
import { Stage } from './stage.ts';
import { staticFile } from './static-files.ts';

const mostBytes = 256 * 1024;

export interface PageServerOptions {
  /** Where the bundle of the page is. */
  readonly directory: string;
  /** 0 for any. */
  readonly port: number;
  /** Whether the sandbox's time passes by itself; else it stands still until it is moved. */
  readonly running: boolean;
  /** What goes wrong inside, line by line. */
  readonly onError: (line: string) => void;
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page of a sandbox of its own, on 127.0.0.1 only. Rejects with `EADDRINUSE` where the port is taken. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createServer();
  // The port comes first, since it may be taken. Whoever asks before the sandbox behind it has started waits for it.
  const starting = listen(server, options.port).then(() => startParts(options));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answering = starting.then((parts) => answer(parts, request, response));
    answering.catch((error: unknown) => {
      options.onError(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : error}\n`);
      if (response.headersSent) response.destroy();
      else say(response, 500, { error: 'The sandbox failed at this; its terminal says why.' });
    });
  });
  const { stage, listeners } = await starting.catch((error: unknown) => {
    server.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    async close() {
      listeners.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await stage.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Parts {
  readonly stage: Stage;
  readonly listeners: Listeners;
  readonly directory: string;
}

async function startParts(options: PageServerOptions): Promise<Parts> {
  const stage = await Stage.start(options);
  return { stage, listeners: new Listeners(stage, options.onError), directory: options.directory };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
  const foreign = foreignBecause(request.headers);
  if (foreign !== undefined) return say(response, 403, { error: foreign });
  const url = addressOf(request);
  if (url.pathname === '/api/act') return only('POST', request, response, () => act(parts, request, response));
  return only('GET', request, response, async () => {
    switch (url.pathname) {
      case '/api/state':
        return forPerson(parts, url, response, async (person) => {
          say(response, 200, (await parts.stage.states([person]))[0]);
        });
      case '/api/events':
        return forPerson(parts, url, response, async (person) => parts.listeners.add(person, response));
      default:
        return url.pathname.startsWith('/files/')
          ? sharedFile(parts, url.pathname.slice('/files/'.length), response)
          : file(parts, url.pathname, response);
    }
  });
}

/** A target that is no path, such as `*`, names nothing here. */
function addressOf(request: IncomingMessage): URL {
  const base = 'http://localhost';
  const target = request.url ?? '';
  return new URL(URL.canParse(target, base) ? target : '/*', base);
}

async function only(
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  run: () => Promise<void>,
): Promise<void> {
  if (request.method === method) return run();
  response.setHeader('allow', method);
  say(response, 405, { error: `Only ${method} is answered here.` });
}

async function forPerson(
  { stage }: Parts,
  url: URL,
  response: ServerResponse,
  run: (person: string) => Promise<void>,
): Promise<void> {
  const person = url.searchParams.get('person') ?? '';
  if (stage.isPerson(person)) return run(person);
  say(response, 400, { error: `Nobody in the workspace has the id "${person}".` });
}

async function act({ stage }: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    return say(response, 415, { error: 'An act is sent as application/json.' });
  }
  const body = await bodyOf(request);
  if (body === undefined) return say(response, 413, { error: 'This is too long.' });
  const read = readAct(body);
  if ('problem' in read) return say(response, 400, { error: read.problem });
  if ('person' in read.act && !stage.isPerson(read.act.person)) {
    return say(response, 400, { error: `Nobody in the workspace has the id "${read.act.person}".` });
  }
  say(response, 200, await stage.act(read.act));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > mostBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A file in a message: nothing but what the bot posts is ever shown as what it is. */
async function sharedFile({ stage }: Parts, id: string, response: ServerResponse): Promise<void> {
  const found = stage.file(id);
  if (found === undefined) return say(response, 404, { error: 'There is no such file.' });
  const type = found.name.endsWith('.png') ? 'image/png' : 'text/csv; charset=utf-8';
  const disposition = type === 'image/png' ? 'inline' : `attachment; filename="${found.name.replace(/[^\w.-]/g, '_')}"`;
  response.writeHead(200, { 'content-type': type, 'content-disposition': disposition }).end(found.content);
}

async function file({ directory }: Parts, pathname: string, response: ServerResponse): Promise<void> {
  const found = await staticFile(directory, pathname);
  if (found === undefined) return say(response, 404, { error: 'There is nothing here.' });
  response.writeHead(200, { ...found.headers });
  response.end(found.content);
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
