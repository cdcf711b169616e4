import type { Membership } from '../grants/permissions.ts';

/** Somebody in the Slack workspace. */
export interface SlackPerson {
  readonly slackId: string;
  /** The full name: what is recorded has to tell people apart. */
  readonly name: string;
  /** Lower case; absent where the account has none or hides it. */
  readonly email?: string;
  readonly membership: Membership;
  /** IANA name, where Slack says it. */
  readonly timeZone?: string;
}

/** Slack could not be asked. `message` holds no secret. */
export class PeopleError extends Error {
  override readonly name = 'PeopleError';
}

/** Who people are in Slack. Every call is bounded in time and throws only `PeopleError`. */
export interface People {
  read(slackId: string): Promise<SlackPerson>;
  /** The Slack id of the account with that e-mail address, if there is one. */
  findByEmail(email: string): Promise<string | undefined>;
}
