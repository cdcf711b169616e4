import { nearestNames } from '../../grants/nearest.ts';
import type { OperationContext } from '../../operations/context.ts';
import { promptOffer } from '../../operations/offer.ts';
import { showStatus } from '../../operations/show-status.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { statusNotShown } from '../answers/not-shown-answer.ts';
import { whoamiAnswer } from '../answers/whoami-answer.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { helpMessage } from '../messages/help-message.ts';
import { statusMessage } from '../messages/status-message.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say, shortened } from '../messages/words.ts';
import { switchCommand } from './block.ts';
import type { CommandCall } from './call.ts';
import { changeCommand } from './change.ts';
import { historyCommand } from './history.ts';
import { lockdownCommand } from './lockdown.ts';
import { parseCommand, type Subcommand, subcommands } from './parse-command.ts';
import { reportCommand } from './report.ts';
import { requestCommand } from './request.ts';
import { revokeCommand } from './revoke.ts';
import { settingsCommand } from './settings.ts';

type Command = (context: OperationContext, call: CommandCall, rest: string) => Promise<void>;

const commands: Readonly<Record<Subcommand, Command>> = {
  status: async (context, { slackId, reply }, rest) => reply.tell(await statusAnswer(context, slackId, rest)),
  request: (context, call, rest) => requestCommand(context, call, { text: rest, approve: false }),
  grant: (context, call, rest) => requestCommand(context, call, { text: rest, approve: true }),
  revoke: revokeCommand,
  extend: (context, call, rest) => changeCommand(context, call, 'extend', rest),
  change: (context, call, rest) => changeCommand(context, call, 'change-type', rest),
  history: historyCommand,
  report: reportCommand,
  block: (context, call) => switchCommand(context, call, { blocked: true }),
  unblock: (context, call, rest) => switchCommand(context, call, { blocked: false, words: rest }),
  lockdown: (context, call) => lockdownCommand(context, call),
  settings: (context, call) => settingsCommand(context, call),
  whoami: async (context, { slackId, reply }) => reply.tell(await whoamiAnswer(context, slackId)),
  help: async (context, { reply }) => reply.tell(helpMessage(await promptOffer(context), context.label)),
};

/** Everything that can be typed after the slash command. */
export async function supportAccess(context: OperationContext, call: CommandCall, text: string): Promise<void> {
  const { subcommand, word, rest } = parseCommand(text);
  if (subcommand === 'unknown') return call.reply.tell(await unknownCommand(context, word));
  return commands[subcommand](context, call, rest);
}

async function statusAnswer(context: OperationContext, slackId: string, rest: string): Promise<OutgoingMessage> {
  const status = await showStatus(context, { slackId, targetName: rest === '' ? undefined : rest });
  return status.kind === 'status'
    ? statusMessage({ ...status, now: context.clock.now() }, context.provider.capabilities)
    : statusNotShown(context, status, slackId);
}

async function unknownCommand(context: OperationContext, word: string): Promise<OutgoingMessage> {
  const [nearest] = nearestNames(word, subcommands, 1);
  const meant = nearest === undefined ? say`` : say` Did you mean ${code(`${slashCommand} ${nearest}`)}?`;
  const unknown = paragraphMessage(say`There is no command “${shortened(word)}”.${meant} This is what there is:`);
  const help = helpMessage(await promptOffer(context), context.label);
  return { text: `${unknown.text}\n${help.text}`, blocks: [...unknown.blocks, ...help.blocks] };
}
