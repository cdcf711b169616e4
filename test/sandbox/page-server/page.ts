import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { people } from '../../../src/sandbox/demo-workspace.ts';
import type {
  Json,
  PageAct,
  PageConversation,
  PageMessage,
  PageOutcome,
  PageState,
  PageView,
} from '../../../src/sandbox/page/protocol.ts';
import { startPageServer } from '../../../src/sandbox/page-server/server.ts';

type Name = keyof typeof people;

/** What a page does with the server, over HTTP. */
export interface Page {
  readonly url: string;
  /** What went wrong inside. */
  readonly errors: readonly string[];
  state(who: Name): Promise<PageState>;
  /** Sends an act that has to be understood. */
  act(act: PageAct): Promise<PageOutcome>;
  /** The same, and waits until the bot has nothing left to do. Fails unless it went well. */
  done(act: PageAct): Promise<PageOutcome>;
  /** Types a line in a conversation, by its name. */
  types(who: Name, line: string, where?: string): Promise<void>;
  /** Presses a button in the newest message of the channel that says these words and has that button. */
  presses(who: Name, words: string, label: string, where?: string): Promise<void>;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A page server whose clock stands still unless told otherwise, closed when the test ends. */
export async function startPage({ running = false } = {}): Promise<Page> {
  const place = await mkdtemp(join(tmpdir(), 'page-'));
  const directory = join(place, 'bundle');
  await mkdir(join(directory, 'assets'), { recursive: true });
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Portcullis</title>');
  await writeFile(join(directory, 'assets', 'index-B4xY_9aZ.js'), 'export {};');
  await writeFile(join(directory, 'assets', 'notes.txt'), 'Not for browsers');
  await writeFile(join(place, 'page-secret.js'), 'secret');
  const errors: string[] = [];
  const server = await startPageServer({ directory, port: 0, running, onError: (line) => void errors.push(line) });
  onTestFinished(async () => {
    await server.close();
    await rm(place, { recursive: true });
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}api/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const page: Page = {
    url: server.url,
    errors,
    post,
    async state(who) {
      const response = await fetch(`${server.url}api/state?person=${people[who]}`);
      expect(response.status).toBe(200);
      return (await response.json()) as PageState;
    },
    async act(act) {
      const response = await post(act);
      expect(response.status).toBe(200);
      return (await response.json()) as PageOutcome;
    },
    async done(act) {
      const outcome = await page.act(act);
      expect(outcome).toMatchObject({ ok: true });
      await expect.poll(async () => (await page.state('olivia')).busy, { interval: 5, timeout: 10_000 }).toBe(false);
      return outcome;
    },
    async types(who, line, where = 'support-access') {
      const { id } = conversation(await page.state(who), where);
      await page.done({ kind: 'send', person: people[who], conversation: id, text: line });
    },
    async presses(who, words, label, where = 'support-access') {
      const shown = conversation(await page.state(who), where);
      const found = shown.messages.findLast(({ text, blocks }) => text.includes(words) && hasButton(blocks, label));
      if (found === undefined) throw new Error(`No message about ${words} has a button ${label}`);
      const ids = button(found.blocks, label);
      const at = { conversation: shown.id, ts: found.ts };
      await page.done({ kind: 'message-action', person: people[who], ...at, ...ids });
    },
  };
  return page;
}

export { people };

export function conversation(state: PageState, name: string): PageConversation {
  const found = state.conversations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no conversation ${name}`);
  return found;
}

/** The newest message whose text holds these words. */
export function message(state: PageState, words: string, where = 'support-access'): PageMessage {
  const found = conversation(state, where).messages.findLast(({ text }) => text.includes(words));
  if (found === undefined) {
    throw new Error(
      `No message says "${words}" in\n${conversation(state, where)
        .messages.map(({ text }) => text)
        .join('\n\n')}`,
    );
  }
  return found;
}

interface ElementIds {
  readonly blockId: string;
  readonly actionId: string;
}

function elementsOf(blocks: readonly Json[]): { ids: ElementIds; element: Json }[] {
  return blocks.flatMap((block) => {
    const elements = [block.accessory, block.element, ...(Array.isArray(block.elements) ? block.elements : [])];
    return elements
      .filter((element): element is Json => typeof element === 'object' && element !== null)
      .map((element) => ({
        ids: { blockId: String(block.block_id), actionId: String(element.action_id) },
        element,
      }));
  });
}

const isButton = (element: Json, label: string): boolean =>
  element.type === 'button' && (element.text as Json).text === label;

const hasButton = (blocks: readonly Json[], label: string): boolean =>
  elementsOf(blocks).some(({ element }) => isButton(element, label));

/** The ids of the button with that text, as the page finds them in what it shows. */
export function button(blocks: readonly Json[], label: string): ElementIds {
  const found = elementsOf(blocks).find(({ element }) => isButton(element, label));
  if (found === undefined) throw new Error(`There is no button ${label} in ${JSON.stringify(blocks, null, 1)}`);
  return found.ids;
}

/** The ids of the input under that label. */
export function input({ view }: PageView, label: string): ElementIds {
  const blocks = view.blocks as Json[];
  const block = blocks.find((each) => (each.label as Json | undefined)?.text === label);
  const [found] = elementsOf(block === undefined ? [] : [block]);
  if (found === undefined) throw new Error(`There is no input ${label} in ${JSON.stringify(blocks, null, 1)}`);
  return found.ids;
}

/** The modal on top. */
export function top(state: PageState): PageView {
  const view = state.modals.at(-1);
  if (view === undefined) throw new Error('There is no modal');
  return view;
}
