import { formatDuration } from '../../grants/duration.ts';
import type { AccessTerms, Grant } from '../../grants/grant.ts';
import type { GrantNote, Narrowing } from '../../grants/grant-effects.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph, quotation } from './blocks.ts';
import { changeApprovals, changeAsked, changeFacts, changeWarnings } from './change-parts.ts';
import { fact } from './grant-parts.ts';
import { receipt } from './receipt.ts';
import { accessLabel, actorName } from './vocabulary.ts';
import { at, atAndAgo, bold, listed, mentioned, say, shortened, type Words } from './words.ts';

/** Where it can be decided while the channel, in which its buttons would stand, cannot be written to. */
export const decideInHome = say`The channel of Portcullis cannot be written to at present: decide it in Home, where it waits.`;

type ChangeNote = Extract<
  GrantNote,
  { type: 'request-narrowed' | 'change-proposed' | 'change-withdrawn' | 'terms-changed' | 'change-not-made' }
>;

/** What an approval with other terms changed, where the note about its outcome tells of it. */
export function narrowedPieces({ narrowed }: Grant, capabilities: ProviderCapabilities): (Piece | undefined)[] {
  if (narrowed === undefined) return [];
  return [
    paragraph(
      say`${narrowed.by.name} approved other terms than were asked for.`,
      ...narrowedFacts(narrowed, capabilities),
    ),
    quotation('Why', narrowed.word),
  ];
}

const narrowedFacts = ({ before, after }: Narrowing, capabilities: ProviderCapabilities): Words[] => [
  fact('Asked for', asked(before, capabilities)),
  fact('Approved', asked(after, capabilities)),
];

/** Notes about terms that change, before the approval or after it. `whom` mentions the one person concerned. */
export function changeNotePieces(
  grant: Grant,
  note: ChangeNote,
  { whom, toDeciders, direct }: { readonly whom?: Words; readonly toDeciders?: Words; readonly direct: boolean },
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] {
  const { target } = grant;
  switch (note.type) {
    case 'request-narrowed': {
      const { by, word, again } = note;
      const who = again.slice(0, 3).map(({ slackId, name }) => mentioned(slackId, name));
      return [
        paragraph(
          bold(say`${by.name} approved support access to ${target.name} with other terms than were asked for`),
          ...narrowedFacts(note, capabilities),
          whom,
        ),
        quotation('Why', word),
        // Who is asked again is only known by name where the terms still wait.
        again.length === 0 || grant.state !== 'requested'
          ? undefined
          : paragraph(say`Approvals of the terms before do not count for these. Asked again: ${listed(who)}`),
      ];
    }
    case 'change-proposed': {
      const { proposal } = grant;
      if (proposal === undefined) return [];
      return [
        paragraph(
          bold(say`${proposal.by.name} asks ${changeAsked(grant, proposal, capabilities)}`),
          ...changeFacts(grant, proposal, capabilities),
          ...changeWarnings(grant, proposal, capabilities),
          changeApprovals(grant, proposal),
          direct ? decideInHome : say`It can be approved or denied in the message above.`,
          toDeciders,
        ),
      ];
    }
    case 'change-withdrawn': {
      const { proposal, how, by, reason } = note;
      const what = say`${proposal.by.name} asked ${changeAsked(grant, proposal, capabilities)}`;
      const name = actorName(by, capabilities);
      return how === 'grant-ended'
        ? [paragraph(bold(say`Not decided before support access to ${target.name} ended`), say`${what}.`, whom)]
        : [
            paragraph(
              bold(
                say`${name} ${how === 'denied' ? 'denied' : 'cancelled'} a change of support access to ${target.name}`,
              ),
              say`${what}. Nothing changed.`,
              whom,
            ),
            reason === undefined ? undefined : quotation('Why', reason),
          ];
    }
    case 'terms-changed': {
      const { before, after } = note;
      const extended = after.until.getTime() !== before.until.getTime();
      return [
        paragraph(
          bold(
            extended
              ? say`Support access to ${target.name} is extended until ${at(after.until)}`
              : say`Support access to ${target.name} is changed to ${accessLabel(capabilities, after.type)}`,
          ),
          fact('Before', held(before, capabilities)),
          receipt(grant, capabilities) ?? fact('Now', held(after, capabilities)),
          whom,
        ),
      ];
    }
    case 'change-not-made':
      return [
        paragraph(
          bold(say`Support access to ${target.name} was not changed`),
          fact('Approved', held(note.terms, capabilities)),
          fact('Why', say`${shortened(note.reason)}`),
          say`It stays as it was: ${accessLabel(capabilities, note.before.type)}, until ${atAndAgo(note.before.until)}.`,
          receipt(grant, capabilities),
          whom,
        ),
      ];
  }
}

const asked = ({ type, durationMs }: Grant['terms'], capabilities: ProviderCapabilities): Words =>
  say`${accessLabel(capabilities, type)} for ${formatDuration(durationMs)}`;

const held = ({ type, until }: AccessTerms, capabilities: ProviderCapabilities): Words =>
  say`${accessLabel(capabilities, type)}, until ${at(until)}`;
