import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatMethods, deleteMessage } from './chat-methods.ts';
import { conversationMethods } from './conversation-methods.ts';
import { Directory } from './directory.ts';
import { type Answer, Emulator } from './emulator.ts';
import { type Fault, type FaultHandle, Faults } from './faults.ts';
import { fileMethods } from './file-methods.ts';
import { type JsonObject, stringIn } from './json.ts';
import { type EphemeralMessage, Ledger, type SlackMessage, type SlackView } from './ledger.ts';
import { publicId } from './places.ts';
import { readBody, readFile } from './request-body.ts';
import { ResponseUrls } from './response-urls.ts';
import type { SeedUser, SlackSeed } from './seed.ts';
import { type Method, refuse, type SlackState } from './state.ts';
import { Triggers } from './triggers.ts';
import { Uploads } from './uploads.ts';
import { userMethods } from './user-methods.ts';
import { viewMethods } from './view-methods.ts';

export interface StartSlackOptions {
  readonly seed: SlackSeed;
  /** For how long trigger ids and response URLs live; real time when left out. */
  readonly nowMs?: () => number;
}

export interface SlackCall {
  readonly method: string;
  /** The arguments, with blocks, attachments, metadata and view decoded. */
  readonly body: JsonObject;
  readonly token: string | undefined;
  /** Real time. */
  readonly at: Date;
  /** What was answered, or would have been where the connection was cut; undefined while the call is under way. */
  readonly answer: Answer | undefined;
}

const METHODS = new Map<string, Method>(
  Object.entries({
    ...chatMethods,
    ...conversationMethods,
    ...fileMethods,
    ...userMethods,
    ...viewMethods,
  }),
);

/** Starts a Slack on a free port of 127.0.0.1: the `emulate` package's, with a proxy before it that mends what differs. */
export async function startSlack(options: StartSlackOptions): Promise<SlackServer> {
  const { emulator, channelIds } = await Emulator.start(options.seed);
  const slack = new SlackServer(options, emulator, new Directory(options.seed, channelIds));
  await slack.listen();
  return slack;
}

/** A running Slack: what the bot calls, and what a test reads and arranges. Reading is synchronous. */
export class SlackServer {
  /** Every call of the Web API, oldest first, those that a fault hit included. */
  readonly calls: SlackCall[] = [];
  /** What Slack lets pass and an app should not do. */
  readonly warnings: string[] = [];
  readonly seed: SlackSeed;
  /** For `Workspace`, which plays the people. */
  readonly state: SlackState;
  readonly responseUrls: ResponseUrls;
  readonly #server: Server;
  readonly #faults = new Faults();
  readonly #emulator: Emulator;
  #scopes: readonly string[];
  #isDown = false;

  constructor({ seed, nowMs = Date.now }: StartSlackOptions, emulator: Emulator, directory: Directory) {
    this.seed = seed;
    this.#scopes = seed.bot.scopes;
    this.#emulator = emulator;
    this.state = {
      emulator,
      directory,
      ledger: new Ledger(),
      triggers: new Triggers(nowMs),
      uploads: new Uploads(),
      uploadUrl: (id) => `${this.#origin()}/upload/${id}`,
      scopes: () => this.#scopes,
      hasScope: (scope) => this.#scopes.includes(scope),
      warn: (warning) => this.warnings.push(warning),
    };
    this.responseUrls = new ResponseUrls(this.state, nowMs);
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  /** Where the Web API is, with a slash at the end: for `clientOptions.slackApiUrl`. */
  get url(): string {
    return `${this.#origin()}/api/`;
  }

  responseUrl(id: string): string {
    return `${this.#origin()}/response/${id}`;
  }

  /** The id of a channel given by name. Throws when there is none. */
  channelId(name: string): string {
    const channel = this.state.directory.channel(name);
    if (channel === undefined) throw new Error(`The workspace has no channel ${name}`);
    return channel.id;
  }

  /** By channel id or name, or by the user id of whoever the direct messages are with; threads included, in order. */
  messages(channel: string): SlackMessage[] {
    const conversation = this.state.directory.conversation(channel);
    return conversation === undefined ? [] : this.state.ledger.messages(publicId(conversation));
  }

  ephemerals(userId?: string): EphemeralMessage[] {
    return this.state.ledger.ephemerals().filter((message) => userId === undefined || message.visibleTo === userId);
  }

  /** Every view that was ever opened or published, in order. */
  views(): SlackView[] {
    return this.state.ledger.views();
  }

  addFault(fault: Fault): FaultHandle {
    return this.#faults.add(fault);
  }

  /** As if the app were installed anew with these scopes. */
  setScopes(scopes: readonly string[]): void {
    this.#emulator.setScopes(scopes);
    this.#scopes = scopes;
  }

  setUser(id: string, patch: Partial<Omit<SeedUser, 'id'>>): void {
    this.state.directory.setUser(id, patch);
  }

  removeBotFromChannel(channel: string): void {
    this.state.directory.setChannel(channel, { botIsMember: false });
  }

  addBotToChannel(channel: string): void {
    this.state.directory.setChannel(channel, { botIsMember: true });
  }

  archiveChannel(channel: string): void {
    this.state.directory.setChannel(channel, { isArchived: true });
  }

  /** As an administrator does by hand. Throws when there is no such message. */
  async deleteMessage(channel: string, ts: string): Promise<void> {
    const conversation = this.state.directory.conversation(channel);
    if (conversation === undefined) throw new Error(`The workspace has no channel ${channel}`);
    const answer = await deleteMessage(this.state, conversation, ts);
    if (!answer.ok) throw new Error(`No message ${ts} in ${channel}`);
  }

  /** From now on every connection is cut, until `up`. */
  down(): void {
    this.#isDown = true;
    this.#server.closeAllConnections();
  }

  up(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    this.#faults.clearAll();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    await this.#emulator.close();
  }

  /** Called once, by `startSlack`. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
  }

  #origin(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDown) {
      request.socket.destroy();
      return;
    }
    const [, area, name = ''] = /^\/(api|response|upload)\/([\w.]+)/.exec(request.url ?? '') ?? [];
    if (area === 'upload') return this.#receiveFile(name, request, response);
    const body = await readBody(request);
    if (area === 'response') {
      const { status, answer } = await this.responseUrls.use(name, body);
      send(response, status, answer);
      return;
    }
    if (area !== 'api') {
      send(response, 404, refuse('not_found'));
      return;
    }
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = bearer ?? stringIn(body.token);
    await this.#serve({ method: name, body, token, at: new Date(), answer: undefined }, response);
  }

  async #receiveFile(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await readFile(request);
    const isKnown = this.state.uploads.receive(id, content);
    if (isKnown) await this.state.emulator.upload(id, content);
    response.writeHead(isKnown ? 200 : 404).end(isKnown ? `OK - ${content.length}` : 'file_not_found');
  }

  async #serve(incoming: SlackCall, response: ServerResponse): Promise<void> {
    const index = this.calls.push(incoming) - 1;
    const finish = (answer: Answer): Answer => {
      this.calls[index] = { ...incoming, answer };
      return answer;
    };
    const hit = this.#faults.take(incoming.method, incoming.body);
    switch (hit?.fault.kind) {
      case 'cut-before':
        response.socket?.destroy();
        return;
      case 'rate-limited':
        response.setHeader('Retry-After', String(hit.fault.retryAfterSeconds));
        send(response, 429, finish(refuse('ratelimited')));
        return;
      case 'http-status':
        response.writeHead(hit.fault.status).end();
        return;
      case 'garbage-before':
        sendGarbage(response);
        return;
      case 'error':
        this.#answer(response, finish(refuse(hit.fault.error)));
        return;
      case 'hang-before':
        await hit.released;
        break;
      case 'cut-after':
      case 'garbage-after':
      case 'hang-after':
      case undefined:
        break;
    }
    const answer = finish(await this.#run(incoming));
    if (hit?.fault.kind === 'cut-after') {
      response.socket?.destroy();
      return;
    }
    if (hit?.fault.kind === 'garbage-after') {
      sendGarbage(response);
      return;
    }
    if (hit?.fault.kind === 'hang-after') await hit.released;
    this.#answer(response, answer);
  }

  async #run({ method, body, token }: SlackCall): Promise<Answer> {
    if (method === 'api.test') return { ok: true };
    if (token === undefined) return refuse('not_authed');
    if (token !== this.seed.bot.token) return refuse('invalid_auth');
    const run = METHODS.get(method);
    if (run === undefined) {
      this.state.warn(`${method} is not part of the simulated Slack`);
      return refuse('unknown_method');
    }
    return run(this.state, body);
  }

  #answer(response: ServerResponse, answer: Answer): void {
    response.setHeader('X-OAuth-Scopes', this.#scopes.join(','));
    const needed = stringIn(answer.needed);
    if (needed !== undefined) response.setHeader('X-Accepted-OAuth-Scopes', needed);
    send(response, 200, answer);
  }
}

function send(response: ServerResponse, status: number, answer: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer));
}

function sendGarbage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('<html>This is not JSON');
}
