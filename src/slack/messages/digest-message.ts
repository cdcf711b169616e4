import type { RawTextElement } from '@slack/types';
import type { Digest } from '../../grants/digest.ts';
import { formatDuration } from '../../grants/duration.ts';
import { countedTargets, inGroup } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { hours } from '../../reports/words.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { WeekTold } from '../../work/views.ts';
import { plain } from '../text.ts';
import { message, type Piece, paragraph, smallPrint } from './blocks.ts';
import { accessLabel, actorName, slashCommand } from './vocabulary.ts';
import { at, bold, code, inWords, join, say, type Words } from './words.ts';

const dayMs = 24 * 60 * 60_000;
const mostTargets = 12;
const mostBlockChanges = 10;
/** A row of the table stays readable on a phone. */
const longestName = 64;

/** What a week brought: first in words, then in numbers. Names people, and mentions nobody. */
export function digestMessage(told: WeekTold, capabilities: ProviderCapabilities): OutgoingMessage {
  const { week, incomplete } = told;
  const history = smallPrint(say`Each request and what became of it: ${code(`${slashCommand} history`)}`);
  if (isQuiet(told.numbers)) return message(paragraph(quietWeek(told, capabilities)), history);
  return message(
    paragraph(
      bold(say`Support access in the last week`),
      say`From ${at(week.from)} to ${at(week.to)}.`,
      inPlainWords(told, capabilities),
      incomplete ? say`There were more records than can be counted at once: the numbers are too low.` : undefined,
    ),
    table(told, capabilities),
    blockChanges(told, capabilities),
    history,
  );
}

const isQuiet = ({ asked, opened, found, denied, lapsed, failed, endedEarly, openMs, blockChanges }: Digest): boolean =>
  asked + opened + found + denied + lapsed + failed + endedEarly + openMs + blockChanges.length === 0;

function quietWeek({ week, numbers }: WeekTold, capabilities: ProviderCapabilities): Words {
  const { hasBlock, supportStaff, targetNoun } = capabilities;
  const quiet = say`A quiet week from ${at(week.from)} to ${at(week.to)}: nobody asked for support access and no grant was open`;
  if (!hasBlock) return say`${quiet}.`;
  switch (numbers.unblockedMs) {
    case undefined:
      return say`${quiet}; whether support access was blocked is not known.`;
    case 0:
      return say`${quiet}; support access was blocked all the time.`;
    default:
      return say`${quiet}, but support access was not blocked, and ${supportStaff} could enter every ${targetNoun.one}.`;
  }
}

function inPlainWords({ week, numbers, before }: WeekTold, capabilities: ProviderCapabilities): Words {
  const { supportStaff, vendor, targetNoun } = capabilities;
  const { asked, opened, found, openMs, targets } = numbers;
  const open = `${countedTargets(targets.length, targetNoun)} ${targets.length === 1 ? 'was' : 'were'} open`;
  return join(' ', [
    say`${counted(asked, 'request was', 'requests were')} made${compared(asked, before?.asked)}.`,
    say`${counted(opened, 'grant was', 'grants were')} opened${compared(opened, before?.opened)}.`,
    found === 0 ? undefined : say`${counted(found, 'was', 'were')} opened in ${vendor} itself and found by Portcullis.`,
    openMs === 0
      ? say`No ${targetNoun.one} was open.`
      : say`${open} to ${supportStaff} for ${time(openMs)} in all${comparedTime(openMs, before?.openMs)}.`,
    otherEnds(numbers),
    posture(numbers, week.to.getTime() - week.from.getTime(), capabilities),
  ]);
}

function otherEnds({ denied, lapsed, failed, endedEarly }: Digest): Words | undefined {
  const ends = [
    { count: denied, one: 'request was denied', several: 'requests were denied' },
    { count: lapsed, one: 'request lapsed', several: 'requests lapsed' },
    { count: failed, one: 'grant failed', several: 'grants failed' },
    { count: endedEarly, one: 'grant was ended early', several: 'grants were ended early' },
  ].filter(({ count }) => count > 0);
  if (ends.length === 0) return undefined;
  return say`${inWords(ends.map(({ count, one, several }) => counted(count, one, several)))}.`;
}

function posture({ unblockedMs }: Digest, weekMs: number, capabilities: ProviderCapabilities): Words | undefined {
  const { hasBlock, supportStaff, targetNoun } = capabilities;
  if (!hasBlock) return undefined;
  if (unblockedMs === undefined) return say`Whether support access was blocked is not known.`;
  if (unblockedMs === 0) return say`Support access was blocked all the time.`;
  const open = unblockedMs >= weekMs ? 'never blocked:' : `not blocked for ${time(unblockedMs)}, in which`;
  return say`Support access was ${open} ${supportStaff} could enter every ${targetNoun.one}.`;
}

const counted = (count: number, one: string, several: string): string =>
  count === 0 ? `No ${several}` : `${count} ${count === 1 ? one : several}`;

function compared(count: number, before: number | undefined): string {
  if (before === undefined) return '';
  if (count === before) return ', as many as the week before';
  return count > before
    ? `, ${count - before} more than the week before`
    : `, ${before - count} fewer than the week before`;
}

function comparedTime(ms: number, before: number | undefined): string {
  if (before === undefined) return '';
  const difference = inMinutes(ms) - inMinutes(before);
  if (difference === 0) return ', as long as the week before';
  return `, ${time(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'} than the week before`;
}

const inMinutes = (ms: number): number => Math.round(ms / 60_000) * 60_000;

/** Hours are made days of only where that says it exactly, so that sums can be compared. */
function time(ms: number): string {
  const rounded = inMinutes(ms);
  if (rounded === 0) return ms === 0 ? '0 h' : formatDuration(0);
  return rounded > dayMs && rounded % dayMs === 0 ? formatDuration(rounded) : hours(rounded);
}

/** A label, the number of the week, and that of the week before. */
interface Row {
  readonly label: string;
  readonly value: string;
  readonly before?: string;
}

function table({ numbers, before }: WeekTold, capabilities: ProviderCapabilities): Piece {
  const row = (label: string, pick: (digest: Digest) => number | undefined, show: (value: number) => string): Row => {
    const shown = (digest: Digest): string => {
      const value = pick(digest);
      return value === undefined ? 'not known' : show(value);
    };
    return { label, value: shown(numbers), before: before === undefined ? undefined : shown(before) };
  };
  const openFor = (label: string, pick: (digest: Digest) => number): Row => row(label, pick, time);
  const ofType = (id: string) => (digest: Digest) => digest.types.find(({ type }) => type === id)?.openMs ?? 0;
  const ofTargets = (ids: readonly string[]) => (digest: Digest) =>
    digest.targets.filter(({ id }) => ids.includes(id)).reduce((sum, { openMs }) => sum + openMs, 0);
  const rest = numbers.targets.slice(mostTargets).map(({ id }) => id);
  const rows = [
    row('Requests', ({ asked }) => asked, String),
    row('Grants opened', ({ opened }) => opened, String),
    row('Opened elsewhere', ({ found }) => found, String),
    row('Requests denied', ({ denied }) => denied, String),
    row('Requests lapsed', ({ lapsed }) => lapsed, String),
    row('Grants failed', ({ failed }) => failed, String),
    row('Grants ended early', ({ endedEarly }) => endedEarly, String),
    ...(capabilities.hasBlock ? [row('Organization not blocked', ({ unblockedMs }) => unblockedMs, time)] : []),
    openFor(`Open, all ${capabilities.targetNoun.many}`, ({ openMs }) => openMs),
    ...numbers.types.map(({ type }) => openFor(`Open with ${accessLabel(capabilities, type)}`, ofType(type))),
    ...numbers.targets
      .slice(0, mostTargets)
      .map(({ id, name, projectName }) =>
        openFor(`Open: ${cut(name)}${inGroup(cut(projectName), capabilities.targetNoun)}`, ofTargets([id])),
      ),
    ...(rest.length === 0 ? [] : [openFor(`and ${rest.length} more`, ofTargets(rest))]),
  ];
  return tableOf({ label: 'In numbers', value: 'Last week', before: before && 'Week before' }, rows);
}

/** Slack parses nothing in a cell of this kind (Slack documentation, "Table block"). */
const cell = (text: string): RawTextElement => ({ type: 'raw_text', text });

function tableOf(header: Row, rows: readonly Row[]): Piece {
  const cells = ({ label, value, before }: Row): RawTextElement[] =>
    [label, value, before].filter((text) => text !== undefined).map(cell);
  const lines = rows.map(({ label, value, before }) =>
    before === undefined ? say`${label}: ${value}` : say`${label}: ${value}, week before ${before}`,
  );
  return {
    blocks: [
      {
        type: 'table',
        rows: [header, ...rows].map(cells),
        column_settings: [{ is_wrapped: true }, { align: 'right' }, { align: 'right' }],
      },
    ],
    text: join('\n', lines).text,
  };
}

const cut = (name: string): string => plain(name, longestName).text;

function blockChanges({ numbers }: WeekTold, capabilities: ProviderCapabilities): Piece | undefined {
  const { blockChanges: all } = numbers;
  if (all.length === 0) return undefined;
  const rest = all.length - mostBlockChanges;
  return paragraph(
    bold(say`Blocked and unblocked`),
    ...all
      .slice(0, mostBlockChanges)
      .map(
        (change) =>
          say`${at(change.at)}: ${change.blocked ? 'blocked' : 'unblocked'} by ${cut(actorName(change.by, capabilities))}`,
      ),
    rest > 0 ? say`and ${rest} more` : undefined,
  );
}
