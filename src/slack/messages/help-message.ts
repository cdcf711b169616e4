import { formatDuration } from '../../grants/duration.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, type Piece, paragraph } from './blocks.ts';
import { observeStatement } from './observe-mode.ts';
import { slashCommand } from './vocabulary.ts';
import { bold, code, inWords, say, type Words } from './words.ts';

/** All there is to type, with examples. */
export function helpMessage(capabilities: ProviderCapabilities): OutgoingMessage {
  const { supportStaff, vendor, observes } = capabilities;
  return message(
    paragraph(
      observes === true
        ? bold(say`Portcullis watches when ${supportStaff} may enter your clusters in ${vendor}`)
        : bold(say`With Portcullis you decide when ${supportStaff} may enter your clusters in ${vendor}`),
      observeStatement(capabilities),
      say`Type these in any channel. Words in brackets are optional.`,
    ),
    paragraph(
      entry(
        'status [cluster]',
        say`what is blocked, what is open and what waits. ${code(slashCommand)} alone does the same.`,
      ),
      ...(observes === true ? [] : changes()),
      entry('history [cluster]', say`who asked, who decided, how long it was open and how it ended.`),
      entry(
        'report [cluster] [month]',
        say`posts a picture and a table of a month here: what was open, and for how long.`,
      ),
      ...(observes === true ? [] : organizationChanges()),
      entry('settings', say`what the organization has set. Organization owners change it there.`),
      entry('whoami', say`which account of ${vendor} you are and what you may decide.`),
      entry('help', say`this message.`),
    ),
    ...(observes === true ? [] : howToAsk(capabilities)),
  );
}

/** What is asked for, opened and closed. */
const changes = (): Words[] => [
  entry(
    'request [cluster] [duration] [type] [reason]',
    say`asks for access. With everything given it is posted at once, else a form opens.`,
  ),
  entry('grant [cluster] [duration] [type] [reason]', say`the same with your own approval, for those who may approve.`),
  entry('revoke [cluster or id]', say`closes access now, or cancels your own request.`),
  entry('extend [cluster or id] [duration]', say`asks for a later end of what is open, counted from the approval.`),
  entry('change [cluster or id] [type]', say`asks for another type of access to what is open.`),
];

const organizationChanges = (): Words[] => [
  entry('block', say`shuts support access for the whole organization. For organization owners.`),
  entry('unblock [duration] [reason]', say`takes that back, for 24 h when nothing is said. For organization owners.`),
  entry('lockdown', say`blocks, closes everything that is open and cancels every request. For organization owners.`),
];

function howToAsk(capabilities: ProviderCapabilities): Piece[] {
  const { accessTypes, minDurationMs, maxDurationMs, defaultDurationMs } = capabilities;
  const keywords = accessTypes.map(({ keyword, label }) => say`${code(keyword)} for ${label}`);
  const example = inWords(accessTypes.slice(0, 1).map(({ keyword }) => keyword));
  return [
    paragraph(
      bold(say`Examples`),
      code(`${slashCommand} request orders-prod 4h ${example} disk latency, support wants to see the servers`),
      code(`${slashCommand} request disk is failing`),
      code(`${slashCommand} status orders-prod`),
      code(`${slashCommand} report orders-prod last month`),
      code(`${slashCommand} revoke orders-prod`),
      code(`${slashCommand} extend orders-prod 8h`),
      code(`${slashCommand} change orders-prod ${example}`),
      code(`${slashCommand} unblock 8h planned maintenance with support`),
    ),
    paragraph(
      bold(say`Duration`),
      say`For example ${code('30m')}, ${code('4h')}, ${code('24h')} or ${code('1d')}: from ${formatDuration(minDurationMs)} to ${formatDuration(maxDurationMs)}. ${formatDuration(defaultDurationMs)} when nothing is said.`,
    ),
    paragraph(bold(say`Type`), ...keywords),
  ];
}

const entry = (words: string, does: Words): Words => say`${code(`${slashCommand} ${words}`)}: ${does}`;
