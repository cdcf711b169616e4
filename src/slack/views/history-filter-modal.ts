import type { ViewOutput } from '@slack/bolt';
import type { Datepicker, InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { z } from 'zod';
import { type HistoryOutcome, historyOutcomes } from '../../grants/history.ts';
import { capital } from '../../grants/target-noun.ts';
import { type HistoryWish, mostFilterTargets } from '../../operations/show-history.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { type ModalOrigin, modal } from './modal.ts';
import { targetPlaceholder } from './request-inputs.ts';

/** Each field's id is that of its block and of its action. */
export const historyFilterIds = {
  submit: 'filter-history',
  targets: 'history-targets',
  people: 'history-people',
  outcomes: 'history-outcomes',
  days: 'history-days',
  from: 'history-from',
  to: 'history-to',
} as const;

/** A wish as modals keep it. */
export const wishSchema = z.object({
  targets: z.array(z.object({ id: z.string(), label: z.string() })).readonly(),
  people: z.array(z.string()).readonly(),
  outcomes: z.array(z.enum(historyOutcomes)).readonly(),
  days: z.number().optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
}) satisfies z.ZodType<HistoryWish>;

const outcomeLabels: Readonly<Record<HistoryOutcome, string>> = {
  live: 'Open now, or may be',
  requested: 'Waiting for a decision',
  expired: 'Ended by itself',
  revoked: 'Revoked',
  failed: 'Not opened, or given up',
  denied: 'Denied',
  cancelled: 'Cancelled',
  lapsed: 'Lapsed, not decided in time',
};

export const outcomeLabel = (outcome: HistoryOutcome): string => outcomeLabels[outcome];

const anyTime = option('At any time', 'any');
const offeredDays = [1, 7, 30, 90, 365];

export const daysLabel = (days: number): string => (days === 1 ? 'in the last 24 hours' : `in the last ${days} days`);

/** For example `1 March 2026`. */
export const dayLabel = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** Slack offers every member: a metadata's length is bounded. */
const mostPeople = 10;

/** Stands on the history: closing it leads back there. */
export function historyFilterModal(
  wish: HistoryWish,
  { targetNoun }: Pick<ProviderCapabilities, 'targetNoun'>,
  origin: ModalOrigin,
): ModalView {
  return modal({
    title: 'Filter the history',
    content: message(paragraph(say`Leave empty what does not matter.`)),
    inputs: [
      input('targets', capital(targetNoun.one), {
        type: 'multi_external_select',
        action_id: historyFilterIds.targets,
        placeholder: targetPlaceholder(targetNoun),
        min_query_length: 0,
        max_selected_items: mostFilterTargets,
        ...filled(
          'initial_options',
          wish.targets.map(({ id, label }) => option(label, id)),
        ),
      }),
      input('people', 'Who asked, decided or ended it', {
        type: 'multi_users_select',
        action_id: historyFilterIds.people,
        placeholder: plain('Anybody', 150),
        max_selected_items: mostPeople,
        ...filled('initial_users', [...wish.people]),
      }),
      input('outcomes', 'Outcome', {
        type: 'multi_static_select',
        action_id: historyFilterIds.outcomes,
        placeholder: plain('Any', 150),
        options: historyOutcomes.map(outcomeOption),
        ...filled('initial_options', wish.outcomes.map(outcomeOption)),
      }),
      input('days', 'Asked', {
        type: 'static_select',
        action_id: historyFilterIds.days,
        options: [anyTime, ...offeredDays.map(daysOption)],
        initial_option: wish.days === undefined ? anyTime : daysOption(wish.days),
      }),
      input('from', 'Asked on this day or later', dayPicker('from', wish.from)),
      input('to', 'Asked on this day or earlier', dayPicker('to', wish.to)),
    ],
    submit: { callbackId: historyFilterIds.submit, label: 'Show', closeLabel: 'Back' },
    metadata: origin,
  });
}

/** What was chosen; what this code did not offer is left out. */
export function filteredWish({ state }: Pick<ViewOutput, 'state'>): HistoryWish {
  const held = (id: string) => state.values[id]?.[id];
  const { targets, people, outcomes, days, from, to } = historyFilterIds;
  const day = (id: string): string | undefined => z.iso.date().safeParse(held(id)?.selected_date).data;
  const chosen = (held(outcomes)?.selected_options ?? []).map(({ value }) => value);
  const chosenDays = Number(held(days)?.selected_option?.value);
  return {
    targets: (held(targets)?.selected_options ?? []).map(({ value, text }) => ({ id: value, label: text.text })),
    people: held(people)?.selected_users ?? [],
    outcomes: historyOutcomes.filter((outcome) => chosen.includes(outcome)),
    days: offeredDays.find((offered) => offered === chosenDays),
    from: day(from),
    to: day(to),
  };
}

/** What is wrong with the days, at its field. */
export function filterErrors({ from, to }: HistoryWish): Record<string, string> {
  return from !== undefined && to !== undefined && from > to
    ? { [historyFilterIds.to]: `Choose ${dayLabel(from)} or a later day, or leave one of the two empty.` }
    : {};
}

const dayPicker = (field: 'from' | 'to', day: string | undefined): Datepicker => ({
  type: 'datepicker',
  action_id: historyFilterIds[field],
  placeholder: plain('Any day', 150),
  ...(day === undefined ? {} : { initial_date: day }),
});

const input = (
  field: Exclude<keyof typeof historyFilterIds, 'submit'>,
  label: string,
  element: InputBlock['element'],
): InputBlock => ({
  type: 'input',
  block_id: historyFilterIds[field],
  label: plain(label, 2_000),
  // One of its entries is chosen always.
  optional: field !== 'days',
  element,
});

/** Slack takes no empty list of what is chosen at first. */
const filled = <K extends string, V>(key: K, values: V[]): Partial<Record<K, V[]>> =>
  values.length === 0 ? {} : ({ [key]: values } as Record<K, V[]>);

const outcomeOption = (outcome: HistoryOutcome): PlainTextOption => option(outcomeLabel(outcome), outcome);

const daysOption = (days: number): PlainTextOption => option(daysLabel(days), String(days));

function option(text: string, value: string): PlainTextOption {
  return { text: plain(text, 75), value };
}
