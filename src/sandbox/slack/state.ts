import type { Directory } from './directory.ts';
import type { Answer, Emulator } from './emulator.ts';
import type { JsonObject } from './json.ts';
import type { Ledger } from './ledger.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';

/** What the methods of the Web API work on. */
export interface SlackState {
  readonly emulator: Emulator;
  readonly directory: Directory;
  readonly ledger: Ledger;
  readonly triggers: Triggers;
  readonly uploads: Uploads;
  /** Where the content of an announced file is sent. */
  readonly uploadUrl: (fileId: string) => string;
  /** What the bot's token may do now. */
  readonly scopes: () => readonly string[];
  readonly hasScope: (scope: string) => boolean;
  /** Notes what Slack allows but an app should not do. */
  readonly warn: (warning: string) => void;
}

/** One method of the Web API: the arguments come with their JSON decoded. */
export type Method = (state: SlackState, body: JsonObject) => Promise<Answer>;

export function refuse(error: string, detail: JsonObject = {}): Answer {
  return { ok: false, error, ...detail };
}

/** As Slack says that arguments do not fit its schema. */
export function refuseInvalid(error: 'invalid_blocks' | 'invalid_arguments', problems: readonly string[]): Answer {
  return refuse(error, {
    errors: [...problems],
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

/** The part of a list a cursor points at; the cursor is made of the place where the next page starts. */
export function page<T>(
  items: readonly T[],
  body: JsonObject,
  defaultLimit: number,
): { items: T[]; nextCursor: string } | undefined {
  const limit = Math.min(Math.max(Math.trunc(Number(body.limit)) || defaultLimit, 1), 999);
  const cursor = typeof body.cursor === 'string' && body.cursor !== '' ? body.cursor : 'from:0';
  const start = Number(/^from:(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) return undefined;
  const end = start + limit;
  return { items: items.slice(start, end), nextCursor: end < items.length ? `from:${end}` : '' };
}
