import { meridian } from '../../src/sandbox/demo-organizations.ts';
import { channelName } from '../../src/sandbox/demo-workspace.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Reply } from '../../src/sandbox/slack/desk.ts';
import { confirmText, onePressable } from '../../src/sandbox/slack/finding.ts';
import { type JsonObject, objectsIn, textOf } from '../../src/sandbox/slack/json.ts';
import type { Modal } from '../../src/sandbox/slack/modal.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { second } from './second-organization.ts';

/**
 * The same person, who means the first of two organizations: names it where its channel does not, presses its button when
 * asked for which, and reads of it alone.
 */
export function inFirstOrganization(sandbox: Sandbox, person: Person): Person {
  const chosen = async (used: Promise<Reply>): Promise<Reply> => {
    const reply = await used;
    await sandbox.idle();
    if (person.hasModal() && person.modal().text.includes('For which organization?'))
      await person.modal().clicks(meridian.name);
    return reply;
  };
  return overlaid<Person>(person, {
    types: (line, where) => person.types(named(line, where.channel), where),
    usesShortcut: (callbackId) => chosen(person.usesShortcut(callbackId)),
    usesMessageShortcut: (callbackId, where) => chosen(person.usesMessageShortcut(callbackId, where)),
    modal: () => unlabelled(person.modal()),
    home: () => firstPart(person.home(), sandbox),
  });
}

/** What a message or a modal says besides which organization it is about. */
export const withoutLabelOfFirst = (text: string): string =>
  text
    .replace(new RegExp(`(^|\\n)Organization: ${meridian.name}(?=\\n|$)`), '')
    .replace(/^\n/, '')
    .replace(new RegExp(`^${meridian.name}(: |\\n)`), '');

const named = (line: string, channel: string | undefined): string =>
  channel === channelName || channel === second.channelName
    ? line
    : line.replace(/^\/support-access\b/, `/support-access ${meridian.key}`);

const unlabelled = (modal: Modal): Modal =>
  overlaid<Modal>(modal, {
    get text() {
      return withoutLabelOfFirst(modal.text);
    },
  });

/** A home tab shows one organization after the other. */
const firstPart = (home: Modal, { clock }: Sandbox): Modal =>
  overlaid<Modal>(home, {
    get text() {
      const ofFirst = home.text.split(/^─+\n/m).find((part) => part.startsWith(`# ${meridian.name}\n`));
      return ofFirst === undefined ? home.text : ofFirst.split('\n').slice(linesOfHeading).join('\n').trimEnd();
    },
    async clicks(label, options = {}) {
      const render = { now: clock.now(), names: (id: string) => id };
      const pressed = onePressable(blocksOfFirst(objectsIn(home.view.view.blocks)), label, options.beside, render);
      const confirm = confirmText(pressed.element);
      if (confirm !== undefined && options.confirm === 'cancel') return { ...notSent, confirm };
      return home.use(pressed, pressed.action);
    },
  });

const notSent: Reply = { sent: false, status: 0, ackMs: 0, body: '', ephemerals: [] };

/** The name, and how a command names it. */
const linesOfHeading = 2;

function blocksOfFirst(blocks: readonly JsonObject[]): JsonObject[] {
  const begin = blocks.findIndex(({ type, text }) => type === 'header' && textOf(text) === meridian.name);
  if (begin === -1) return [...blocks];
  const end = blocks.findIndex(({ type }, index) => index > begin && type === 'divider');
  return blocks.slice(begin, end === -1 ? undefined : end);
}

/** The same object with some of it told anew. Its own methods go on working on itself. */
const overlaid = <T extends object>(held: T, anew: Partial<T>): T =>
  new Proxy(held, {
    get(_target, name) {
      const owner: object = Object.hasOwn(anew, name) ? anew : held;
      const found: unknown = Reflect.get(owner, name, owner);
      return typeof found === 'function' ? found.bind(owner) : found;
    },
  });
