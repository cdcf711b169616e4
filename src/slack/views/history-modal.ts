import type { Button, ModalView } from '@slack/types';
import type { z } from 'zod';
import type { HistoryCursor } from '../../grants/history.ts';
import { capital } from '../../grants/target-noun.ts';
import type { HistoryShown, HistoryWish } from '../../operations/show-history.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { buttonRow, message, type Piece, paragraph, smallPrint, whatFits } from '../messages/blocks.ts';
import { fact } from '../messages/grant-parts.ts';
import { historyEntry } from '../messages/history-entry.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { bold, code, join, listed, mentioned, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';
import { dayLabel, daysLabel, outcomeLabel, wishSchema } from './history-filter-modal.ts';
import { type ModalOrigin, modal, originSchema } from './modal.ts';

/** The `action_id` of each button. */
export const historyActions = {
  older: 'history-older',
  newer: 'history-newer',
  filter: 'history-filter',
  everything: 'history-everything',
} as const;

export const historyMetadata = originSchema.extend({ wish: wishSchema });

/** A page of the history. A modal, because it changes in place for as long as somebody reads it. */
export function historyModal(shown: HistoryShown, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  const { wish, grants, older, newer } = shown;
  const paging = [
    newer === undefined ? undefined : pageButton('newer', 'Newer', newer),
    older === undefined ? undefined : pageButton('older', 'Older', older),
  ].filter((button) => button !== undefined);
  return modal({
    title: 'Support access history',
    content: message(
      heading(wish, capabilities),
      buttonRow(button('filter', 'Filter'), ...(isFiltered(wish) ? [button('everything', 'Show everything')] : [])),
      ...(grants.length === 0 ? [nothingFound(wish)] : []),
      ...grants.flatMap((grant) => [divider, historyEntry(grant, capabilities)]),
      ...(grants.length === 0 ? [] : [divider]),
      paging.length === 0 ? undefined : buttonRow(...paging),
      grants.length > 0 && older === undefined ? smallPrint(say`There is nothing older.`) : undefined,
    ),
    metadata: { ...origin, wish } satisfies z.infer<typeof historyMetadata>,
  });
}

/** Where a page begins, from the value of its button: undefined for a value that no such button carries. */
export function parseCursor(value: string): HistoryCursor | undefined {
  const [, time, id] = /^(\d{1,15}):(g-[0-9a-z]+)$/.exec(value) ?? [];
  return time === undefined || id === undefined ? undefined : { requestedAt: new Date(Number(time)), id };
}

const pageButton = (action: 'older' | 'newer', label: string, { requestedAt, id }: HistoryCursor): Button =>
  button(action, label, `${requestedAt.getTime()}:${id}`);

const button = (action: keyof typeof historyActions, label: string, value: string = action): Button => ({
  type: 'button',
  action_id: historyActions[action],
  text: plain(label, 75),
  value,
});

const divider: Piece = { blocks: [{ type: 'divider' }], text: '' };

const isFiltered = ({ targets, people, outcomes, ...asked }: HistoryWish): boolean =>
  targets.length > 0 || people.length > 0 || outcomes.length > 0 || askedWhen(asked).text !== '';

/** As the filter has it; nothing where it does not matter. */
const askedWhen = ({ days, from, to }: Pick<HistoryWish, 'days' | 'from' | 'to'>): Words =>
  join(', ', [
    days === undefined ? undefined : say`${daysLabel(days)}`,
    from === undefined ? undefined : say`from ${dayLabel(from)}`,
    to === undefined ? undefined : say`until ${dayLabel(to)}`,
  ]);

/** In characters: the filter stands in one section, which takes 3,000. */
const roomForNames = 2_000;

function heading(wish: HistoryWish, { targetNoun }: ProviderCapabilities): Piece {
  const { targets, people, outcomes } = wish;
  const when = askedWhen(wish);
  const names = targets.map(({ label }) => say`${label}`);
  const shown = whatFits(names, roomForNames, ({ mrkdwn }) => mrkdwn.length + 2);
  if (!isFiltered(wish)) return paragraph(say`Everything that was asked for and what became of it, newest first.`);
  return paragraph(
    say`What fits this filter, newest first.`,
    targets.length === 0 ? undefined : fact(capital(targetNoun.one), listed(names, shown.length)),
    people.length === 0 ? undefined : fact('Person', either(people.map((id) => mentioned(id, id)))),
    outcomes.length === 0
      ? undefined
      : fact('Outcome', either(outcomes.map((outcome) => say`${outcomeLabel(outcome)}`))),
    when.text === '' ? undefined : fact('Asked', when),
  );
}

/** One of several: the last is joined by "or". */
function either(items: readonly Words[]): Words {
  const last = items.at(-1);
  if (last === undefined || items.length === 1) return last ?? say``;
  return say`${join(', ', items.slice(0, -1))} or ${last}`;
}

const nothingFound = (wish: HistoryWish): Piece =>
  isFiltered(wish)
    ? paragraph(bold(say`Nothing fits this filter`), say`Change it, or have everything shown.`)
    : paragraph(
        bold(say`Nobody has asked for support access yet`),
        say`To ask: ${code(`${slashCommand} request`)}. What becomes of it is kept here.`,
      );
