/** Who can mend something. What owners mend in Slack needs a bot that runs. */
export type Mender = 'operator' | 'slack-admin' | 'channel-member' | 'vendor-owner' | 'owner-in-slack';

interface Mending {
  /** What to do, in sentences; absent where `what` says it. */
  readonly mend?: string;
  readonly who: Mender;
}

/**
 * What a check came to, in sentences for operators that hold no secret. `wrong` has to be mended; `away` could not be asked;
 * `advice` works, but not for ever or not as well as it could; `unknown` cannot be known from here.
 */
export type Finding =
  | { readonly state: 'good' | 'unknown'; readonly what: string }
  | ({ readonly state: 'wrong' | 'away' | 'advice'; readonly what: string } & Mending);

export const good = (what: string): Finding => ({ state: 'good', what });
export const unknown = (what: string): Finding => ({ state: 'unknown', what });
export const wrong = (what: string, mending: Mending): Finding => ({ state: 'wrong', what, ...mending });
export const away = (what: string, mending: Mending): Finding => ({ state: 'away', what, ...mending });
export const advice = (what: string, mending: Mending): Finding => ({ state: 'advice', what, ...mending });

/** One thing to look at; nothing is changed by looking. */
export interface Check {
  /** Stable, kebab-case. */
  readonly name: string;
  /** What is looked at, as the beginning of a sentence. */
  readonly subject: string;
  /** The bot does not start while this is wrong. */
  readonly atStart?: boolean;
  /** No findings where another check tells of the same trouble. What it throws counts as not having been asked. */
  run(signal: AbortSignal): Promise<readonly Finding[]>;
}

/** Names as a sentence lists them, at most `most` by name. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : names;
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter((part) => part).join(' and ');
}
