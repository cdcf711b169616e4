import { type Grant, isLive } from '../../grants/grant.ts';
import { capital } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { type Piece, paragraph } from './blocks.ts';
import { accessFact, approvedByFact, askedForFact, grantIdWords } from './grant-parts.ts';
import { standingOf } from './grant-standing.ts';
import { bold, join, say, type Words } from './words.ts';

/** One record of the history, in the words in which everything else tells of it. */
export function historyEntry(grant: Grant, capabilities: ProviderCapabilities): Piece {
  const { headline, details } = standingOf(grant, capabilities);
  const { wanted, terms, target } = grant;
  const { group } = capabilities.targetNoun;
  return paragraph(
    join(' – ', [mark(grant), bold(headline)]),
    ...details,
    askedForFact(grant, capabilities),
    // Terms that were changed after somebody asked.
    wanted === undefined || wanted.type === terms.type ? undefined : accessFact(grant, capabilities),
    approvedByFact(grant),
    group === undefined ? grantIdWords(grant) : say`${capital(group)} ${target.projectName}, ${grantIdWords(grant)}`,
  );
}

/** What is not over yet is said to be so. */
function mark(grant: Grant): Words | undefined {
  if (isLive(grant)) return say`Now`;
  return grant.state === 'requested' ? say`Waiting` : undefined;
}
