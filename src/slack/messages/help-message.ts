import { formatDuration } from '../../grants/duration.ts';
import type { OrganizationLabel } from '../../operations/context.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, type Piece, paragraph } from './blocks.ts';
import { observeStatement } from './observe-mode.ts';
import { slashCommand } from './vocabulary.ts';
import { bold, code, inWords, say, type Words } from './words.ts';

const dayMs = 24 * 60 * 60_000;

/** All there is to type, with examples; `label` where there are several organizations. */
export function helpMessage(capabilities: ProviderCapabilities, label?: OrganizationLabel): OutgoingMessage {
  const { supportStaff, vendor, observes, targetNoun, hasBlock, hasDirectory } = capabilities;
  const { one, many } = targetNoun;
  return message(
    paragraph(
      observes === true
        ? bold(say`Portcullis watches when ${supportStaff} may enter your ${many} in ${vendor}`)
        : bold(say`With Portcullis you decide when ${supportStaff} may enter your ${many} in ${vendor}`),
      observeStatement(capabilities),
      say`${where(label)} Words in brackets are optional.`,
    ),
    paragraph(
      entry(
        `status [${one}]`,
        say`${hasBlock ? 'what is blocked, what is open' : 'what is open'} and what waits. ${code(slashCommand)} alone does the same.`,
      ),
      ...(observes === true ? [] : changes(capabilities)),
      entry(`history [${one}]`, say`who asked, who decided, how long it was open and how it ended.`),
      entry(
        `report [${one}] [month]`,
        say`posts a picture and a table of a month here: what was open, and for how long.`,
      ),
      ...(observes === true ? [] : organizationChanges(capabilities)),
      entry(
        'settings',
        say`what the organization has set. ${hasDirectory ? 'Organization owners' : 'Its deciders'} change it there.`,
      ),
      entry(
        'whoami',
        hasDirectory ? say`which account of ${vendor} you are and what you may decide.` : say`what you may decide.`,
      ),
      entry('help', say`this message.`),
    ),
    ...(observes === true ? [] : howToAsk(capabilities)),
  );
}

/** What is asked for, opened and closed. */
const changes = ({ targetNoun: { one: noun }, accessTypes }: ProviderCapabilities): Words[] => [
  entry(
    `request [${noun}] [duration] [type] [reason]`,
    say`asks for access. With everything given it is posted at once, else a form opens.`,
  ),
  entry(`grant [${noun}] [duration] [type] [reason]`, say`the same with your own approval, for those who may approve.`),
  entry(`revoke [${noun} or id]`, say`closes access now, or cancels your own request.`),
  entry(`extend [${noun} or id] [duration]`, say`asks for a later end of what is open, counted from the approval.`),
  ...(accessTypes.length > 1
    ? [entry(`change [${noun} or id] [type]`, say`asks for another type of access to what is open.`)]
    : []),
];

const organizationChanges = ({ hasBlock, hasDirectory }: ProviderCapabilities): Words[] =>
  hasBlock
    ? blockChanges()
    : [
        entry(
          'lockdown',
          say`closes everything that is open and cancels every request. For ${hasDirectory ? 'organization owners' : 'deciders'}.`,
        ),
      ];

const blockChanges = (): Words[] => [
  entry('block', say`shuts support access for the whole organization. For organization owners.`),
  entry('unblock [duration] [reason]', say`takes that back, for 24 h when nothing is said. For organization owners.`),
  entry('lockdown', say`blocks, closes everything that is open and cancels every request. For organization owners.`),
];

function howToAsk(capabilities: ProviderCapabilities): Piece[] {
  const { accessTypes, minDurationMs, maxDurationMs, defaultDurationMs, hasBlock } = capabilities;
  const longest = maxDurationMs > dayMs ? '7d' : '1d';
  const { target, reason, shortReason } = capabilities.example ?? exampleOf(capabilities);
  const keywords = accessTypes.map(({ keyword, label }) => say`${code(keyword)} for ${label}`);
  const type = inWords(accessTypes.slice(0, 1).map(({ keyword }) => keyword));
  return [
    paragraph(
      bold(say`Examples`),
      code(`${slashCommand} request ${target} 4h ${type} ${reason}`),
      code(`${slashCommand} request ${shortReason}`),
      code(`${slashCommand} status ${target}`),
      code(`${slashCommand} report ${target} last month`),
      code(`${slashCommand} revoke ${target}`),
      code(`${slashCommand} extend ${target} 8h`),
      ...(accessTypes.length > 1 ? [code(`${slashCommand} change ${target} ${type}`)] : []),
      ...(hasBlock ? [code(`${slashCommand} unblock 8h planned maintenance with support`)] : []),
    ),
    paragraph(
      bold(say`Duration`),
      say`For example ${code('30m')}, ${code('4h')}, ${code('24h')} or ${code(longest)}: from ${formatDuration(minDurationMs)} to ${formatDuration(maxDurationMs)}. ${formatDuration(defaultDurationMs)} when nothing is said.`,
    ),
    paragraph(bold(say`Type`), ...keywords),
  ];
}

/** What could be typed whatever the provider is. */
const exampleOf = ({ targetNoun }: ProviderCapabilities) => ({
  target: `my-${targetNoun.one.replaceAll(' ', '-')}`,
  reason: 'nobody can sign in, support wants to see the error',
  shortReason: 'nobody can sign in',
});

const where = (label: OrganizationLabel | undefined): Words =>
  label === undefined
    ? say`Type these in any channel.`
    : say`Type these in the channel of ${label.name}, or anywhere with its name as the first word: ${code(`${slashCommand} ${label.key} status`)}.`;

const entry = (words: string, does: Words): Words => say`${code(`${slashCommand} ${words}`)}: ${does}`;
