import { isChangeable } from '../../grants/change.ts';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import type { TargetStanding } from '../../operations/look-up-target.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, smallPrint } from '../messages/blocks.ts';
import { accessFact, fact, grantIdWords } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { accessLabel, askerName, slashCommand } from '../messages/vocabulary.ts';
import { at, bold, code, join, say, type Words } from '../messages/words.ts';
import { referenceWords } from '../reference.ts';
import { warningPiece } from './access-choice.ts';
import type { ChosenTarget } from './request-inputs.ts';

/** What is known of the chosen target, or what finds the lines of the log where it could not be looked up in time. */
export type KnownStanding = TargetStanding | { readonly unknownAs: string };

const mostRequests = 3;

/** What somebody who asks for this target should know first; nothing where nothing is open there and nobody has asked. */
export function targetWarning(
  { name }: ChosenTarget,
  standing: KnownStanding,
  chosenType: string | undefined,
  capabilities: ProviderCapabilities,
): Piece[] {
  if ('unknownAs' in standing) {
    return [
      smallPrint(
        say`Whether ${name} has a grant or a request already could not be looked up just now. You are told when you send this.`,
        referenceWords(standing.unknownAs),
      ),
    ];
  }
  const { holder, requests } = standing;
  const more = requests.length - mostRequests;
  return [
    ...(holder === undefined ? [] : [warningPiece(holderWords(holder, capabilities))]),
    ...requests.slice(0, mostRequests).map((grant) => warningPiece(requestWords(grant, chosenType, capabilities))),
    ...(more > 0 ? [smallPrint(say`and ${more} more that ask for ${name}`)] : []),
  ];
}

function holderWords(holder: Grant, capabilities: ProviderCapabilities): Words {
  const { headline, details } = standingOf(holder, capabilities);
  const command = (verb: string): Words => code(`${slashCommand} ${verb} ${holder._id}`);
  return join('\n', [
    bold(headline),
    ...details,
    accessFact(holder, capabilities),
    say`See ${grantIdWords(holder)}. What you ask for can be approved only once that has ended.`,
    isChangeable(holder)
      ? say`To move its end, or change its type, instead: ${command('extend')} or ${command('change')}`
      : undefined,
  ]);
}

function requestWords(grant: Grant, chosenType: string | undefined, capabilities: ProviderCapabilities): Words {
  const { requestedAt, target, terms } = grant;
  return join('\n', [
    bold(say`${askerName(grant)} asked for support access to ${target.name} already, ${at(requestedAt)}`),
    fact('Access', say`${accessLabel(capabilities, terms.type)} for ${formatDuration(terms.durationMs)}`),
    join(' ', [
      say`It waits for a decision: see ${grantIdWords(grant)}.`,
      terms.type === chosenType ? say`Asking for the same type of access makes nothing new.` : undefined,
    ]),
  ]);
}
