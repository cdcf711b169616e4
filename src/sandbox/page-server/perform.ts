import { slashCommand } from '../../slack/messages/vocabulary.ts';
import type { PageAct, PageOutcome } from '../page/protocol.ts';
import type { Reply } from '../slack/desk.ts';
import { NotPossible } from '../slack/finding.ts';
import { objectsIn } from '../slack/json.ts';
import { isInConversation, messagesFor } from './page-state.ts';
import type { Scene } from './scene.ts';

/** What happens beside other things: all but moving the clock and starting anew. */
export type OrdinaryAct = Exclude<PageAct, { kind: 'clock' | 'reset' }>;

const notThere: PageOutcome = { ok: false, error: 'Only those who are in a conversation can read and write there.' };

type PersonAct = Extract<OrdinaryAct, { person: string }>;

/** Does it; resolves when the bot has acknowledged it, if it was told. What is not possible is an outcome in words. */
export async function perform(scene: Scene, act: OrdinaryAct): Promise<PageOutcome> {
  switch (act.kind) {
    case 'atlas-block':
      return scene.switchBlock(act.blocked);
    case 'atlas-revoke':
      return scene.revokeInAtlas(act.projectId, act.cluster);
    case 'atlas-visit':
      return scene.visitAsSupport(act.projectId, act.cluster);
    case 'atlas-trouble':
      await scene.troubleAtlas(act.trouble);
      return { ok: true };
    case 'portal-switch':
      return scene.switchInPortal(act.tenant, act.on);
    case 'read': {
      if (!isInConversation(scene, act.person, act.conversation)) return notThere;
      scene.read(act.person, act.conversation, messagesFor(scene, act.person, act.conversation).at(-1)?.ts);
      return { ok: true };
    }
    default:
      try {
        return await scene.working(performAs(scene, act));
      } catch (error) {
        if (error instanceof NotPossible) return { ok: false, error: error.message };
        throw error;
      }
  }
}

async function performAs(scene: Scene, act: Exclude<PersonAct, { kind: 'read' }>): Promise<PageOutcome> {
  const person = scene.sandbox.workspace.person(act.person);
  switch (act.kind) {
    case 'send':
      return send(scene, act);
    case 'message-action':
      return outcome(await person.uses({ channel: act.conversation, ts: act.ts }, act, act.value));
    case 'view-action':
      return outcome(await person.view(act.viewId).use(act, act.value));
    case 'view-submit': {
      const view = person.view(act.viewId);
      await view.submit();
      return view.notice === undefined ? { ok: true } : { ok: false, error: view.notice };
    }
    case 'view-close':
      return outcome(await person.view(act.viewId).close());
    case 'search': {
      const offer = await person.view(act.viewId).search(act, act.query);
      return offer.option_groups === undefined
        ? { ok: true, options: objectsIn(offer.options) }
        : { ok: true, optionGroups: objectsIn(offer.option_groups) };
    }
    case 'open-home':
      return outcome(await person.opensHome());
    case 'shortcut':
      return outcome(await person.usesShortcut(act.callbackId));
    case 'message-shortcut':
      return outcome(await person.usesMessageShortcut(act.callbackId, { channel: act.conversation, message: act.ts }));
  }
}

async function send(scene: Scene, act: Extract<OrdinaryAct, { kind: 'send' }>): Promise<PageOutcome> {
  const person = scene.sandbox.workspace.person(act.person);
  const where = { channel: act.conversation };
  if (!isInConversation(scene, act.person, act.conversation)) return notThere;
  const [word = ''] = act.text.split(/\s/, 1);
  if (word === slashCommand) return outcome(await person.types(act.text, where));
  // Slack posts no line that begins with a slash: it may be a command with a slip in it.
  if (word.startsWith('/')) return { ok: false, error: `${word} is not a valid command. Try ${slashCommand}.` };
  await person.says(act.text, where);
  return { ok: true };
}

/** Slack's own words for an acknowledgement that did not come, or was none. */
function outcome({ failure }: Reply): PageOutcome {
  switch (failure) {
    case undefined:
      return { ok: true };
    case 'operation_timeout':
      return { ok: false, error: 'Portcullis did not answer within three seconds. Try again.' };
    case 'dispatch_failed':
      return { ok: false, error: 'Portcullis could not be reached, or answered with an error. Try again.' };
  }
}
