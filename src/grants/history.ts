/** What became of a request, as people filter by it; `live` is everything that is open or may be. */
export const historyOutcomes = [
  'live',
  'requested',
  'expired',
  'revoked',
  'failed',
  'denied',
  'cancelled',
  'lapsed',
] as const;

export type HistoryOutcome = (typeof historyOutcomes)[number];

/** Which records are looked for; an empty list asks for no particular one. */
export interface HistoryFilter {
  readonly targetIds: readonly string[];
  /** Slack ids of people who asked, decided or ended it. */
  readonly people: readonly string[];
  readonly outcomes: readonly HistoryOutcome[];
  /** Asked at this time or later. */
  readonly since?: Date;
  /** Asked before this time. */
  readonly before?: Date;
}

/** A place in the order of records, which is by the time somebody asked and then by id. */
export interface HistoryCursor {
  readonly requestedAt: Date;
  readonly id: string;
}

/** Without a cursor the newest ones; else those next to it, and not it. */
export interface HistoryPage {
  readonly direction: 'older' | 'newer';
  readonly from?: HistoryCursor;
}
