import type { AtlasTrouble, PageAct } from '../../page/protocol.ts';
import { grantSentences } from './grant-sentences.ts';
import type { Happening } from './happening.ts';
import { organizationSentences } from './organization-sentences.ts';
import { refusalSentence } from './refusal-sentences.ts';
import { clockTime } from './words.ts';

const troubles: Readonly<Record<AtlasTrouble, string>> = {
  none: 'Atlas answers as it should again. What Portcullis still owes it tries again by itself.',
  slow: 'Atlas now takes three seconds for each answer.',
  refuse: 'Atlas now turns every call away, as it does when there are too many. Portcullis waits and tries again.',
  fail: 'Atlas now fails at every call. Portcullis announces nothing that it has not seen, and tries again.',
  away: 'Atlas cannot be reached any more. What is decided now is kept, and done when Atlas is back.',
};

const moves: Readonly<Record<Extract<PageAct, { kind: 'clock' }>['to'], string>> = {
  minute: 'A minute goes by: it is',
  hour: 'An hour goes by: it is',
  'next-reminder': 'Time moves on to the next reminder:',
  'next-end': 'Time moves on to when the next access ends:',
};

/** A sentence or two about what happened and why; undefined for what needs no words. `now` is when it happened. */
export function narrate(happening: Happening, now: Date): string | undefined {
  switch (happening.kind) {
    case 'start':
      return happening.blocked
        ? `${happening.organization} has shut support out. Ask for access as an engineer, and approve it as an owner.`
        : `Support can still enter ${happening.organization} at any time. An owner can shut it out: /support-access block`;
    case 'reminder': {
      const { cluster, until } = happening.grant;
      const end = until === undefined ? 'will end soon' : `will end at ${clockTime(until, now)}`;
      return `Access to ${cluster} ${end}, and Portcullis says so in its thread: extend it, revoke it now, or let it end by itself.`;
    }
    case 'clock':
      return `${moves[happening.to]} ${clockTime(happening.until, now)}. Everything that came due on the way is done in its turn.`;
    case 'trouble':
      return troubles[happening.trouble];
    case 'atlas-block':
      return `Somebody switched the block ${happening.blocked ? 'on' : 'off'} in Atlas itself. Portcullis reads it every five minutes, and will notice.`;
    case 'atlas-revoke':
      return `Somebody closed ${happening.cluster} in Atlas itself. Portcullis will notice when it reads Atlas next.`;
    case 'atlas-visit':
      return `Somebody of MongoDB's staff reached a host of ${happening.cluster}, and Atlas records it. Portcullis tells of it with the end.`;
    case 'portal-switch':
      return `Somebody switched support access to ${happening.tenant} ${happening.on ? 'on' : 'off'} in ${happening.vendor} itself. Portcullis reads the switch every five minutes, and will notice.`;
    case 'audit': {
      const { line, grant } = happening;
      if (line.outcome === 'refused') return refusalSentence(line, grant);
      return grant === undefined
        ? organizationSentences[line.action]?.(line)
        : grantSentences[line.action]?.(grant, line, now);
    }
  }
}
