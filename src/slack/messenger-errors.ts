import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import type { ChannelObstacle } from '../grants/channel-lost.ts';
import { MessengerError } from '../work/messenger.ts';

/** As much of a call as its error has to tell. */
export interface CallFacts {
  /** For example `chat.postMessage`. */
  readonly method: string;
  /** Only a call that changes something may leave its effect unknown. */
  readonly changes: boolean;
}

const invite = 'Invite the bot to the channel: /invite @Portcullis';
const badToken =
  'Slack does not accept the bot token: install the Slack app again and set SLACK_BOT_TOKEN to its new token';
const badMessage = 'Slack does not take this message as Portcullis made it: report it to whoever maintains Portcullis';
const restricted =
  "The workspace's settings do not let the bot post there: allow it in the channel's posting permissions";
const ifItLasts =
  'The connection to Slack broke off: if it lasts, look at status.slack.com, the network of this server and its proxy';
const noPerson = 'Slack knows no such person any more: nobody can be reached by this direct message';

const noFiles = "The workspace's administrators do not let apps upload such files: ask them to allow it";
const archived = 'The channel is archived: unarchive it, or have an owner choose another with /support-access settings';

/** What an operator has to mend, by Slack's error code. */
const hints: Readonly<Record<string, string>> = {
  not_in_channel: invite,
  channel_not_found: `Check SLACK_CHANNEL_ID, or the channel that owners have chosen; a private channel exists for the bot only once it was invited: /invite @Portcullis`,
  is_archived: archived,
  is_inactive: archived,
  not_authed: badToken,
  invalid_auth: badToken,
  account_inactive: badToken,
  token_revoked: badToken,
  token_expired: badToken,
  not_allowed_token_type: 'SLACK_BOT_TOKEN must be a bot token: it begins with xoxb-',
  no_permission: "The bot's token lacks a permission: install the Slack app again from its manifest",
  access_denied: "The bot's token lacks a permission: install the Slack app again from its manifest",
  ekm_access_denied: "The workspace's administrators have suspended posting: ask them",
  team_access_not_granted:
    'The Slack app has no access to this workspace: ask an administrator of the Enterprise organization',
  user_not_found: noPerson,
  users_not_found: noPerson,
  user_disabled: noPerson,
  user_not_visible: noPerson,
  cannot_dm_bot: 'Slack lets no bot write to a bot: whoever asked has to be a person',
  messages_tab_disabled: 'Switch on the Messages tab under App Home in the settings of the Slack app',
  not_enabled: 'Switch on the home tab under App Home in the settings of the Slack app',
  edit_window_closed: "The workspace's settings no longer let this message be edited: allow editing at any time",
  cannot_reply_to_message:
    'Slack takes no reply to the message that opens the thread: look whether somebody changed it',
  file_uploads_disabled: noFiles,
  file_uploads_except_images_disabled: noFiles,
  invalid_blocks: badMessage,
  invalid_blocks_format: badMessage,
  invalid_arguments: badMessage,
  invalid_metadata_format: badMessage,
  metadata_too_large: badMessage,
  msg_blocks_too_long: badMessage,
  msg_too_long: badMessage,
  no_text: badMessage,
};

/** Codes that say that a channel cannot be written to. */
const obstacles: Readonly<Record<string, ChannelObstacle>> = {
  not_in_channel: 'not-member',
  channel_not_found: 'not-found',
  is_archived: 'archived',
  is_inactive: 'archived',
};

/** Slack's documentation says of both that part of the operation may have succeeded. */
const brokenWithin = new Set(['fatal_error', 'internal_error']);
/** Nothing was done, and the same call can be expected to work later. */
const notNow = new Set(['service_unavailable', 'request_timeout', 'team_added_to_org']);
const tooMany = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** Codes that only occur while a connection is being made, so before a request can have left. */
const connectCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** What Slack itself answered when it refused a call; undefined for any other error. */
export function refusalCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** Makes whatever a call of the Web API threw into the one kind of error that a messenger throws. */
export function messengerError(facts: CallFacts, thrown: unknown): MessengerError {
  if (thrown instanceof MessengerError) return thrown;
  if (thrown instanceof WebAPIPlatformError) return platformError(facts, thrown);
  const { method } = facts;
  if (thrown instanceof WebAPIRateLimitedError) {
    return new MessengerError('rate-limited', `${method}: ratelimited`, {
      effect: 'none',
      retryAfterMs: thrown.retryAfter * 1000,
      cause: thrown,
    });
  }
  if (thrown instanceof WebAPIHTTPError) {
    return new MessengerError('unavailable', `${method}: HTTP ${thrown.statusCode}`, {
      effect: thrown.statusCode < 500 ? 'none' : unknownIf(facts.changes),
      hint: `Slack, or a proxy before it, answered with HTTP ${thrown.statusCode}: if it lasts, look at status.slack.com and the proxy`,
      cause: thrown,
    });
  }
  return failureError(facts, thrown);
}

export function timeoutError({ method, changes }: CallFacts, cause?: unknown): MessengerError {
  const message = `${method}: no answer in time`;
  return new MessengerError('timeout', message, { effect: unknownIf(changes), hint: ifItLasts, cause });
}

/** An answer of success that lacks what it should hold. */
export function badAnswer({ method, changes }: CallFacts, missing: string): MessengerError {
  return new MessengerError('unavailable', `${method}: the answer has no ${missing}`, { effect: unknownIf(changes) });
}

const unknownIf = (changes: boolean): 'none' | 'unknown' => (changes ? 'unknown' : 'none');

function platformError({ method, changes }: CallFacts, cause: WebAPIPlatformError): MessengerError {
  const data: typeof cause.data & { readonly needed?: unknown } = cause.data;
  const code = data.error;
  // A body that is no JSON reaches us as the "code": a page that a proxy made up, for example.
  if (!/^[a-z][a-z0-9_:]*$/i.test(code)) {
    const message = `${method}: an answer that could not be understood`;
    return new MessengerError('unavailable', message, { effect: unknownIf(changes), cause });
  }
  const problems = data.response_metadata?.messages ?? [];
  const message = [`${method}: ${code}`, ...problems].join(' ');
  if (tooMany.has(code)) {
    const seconds = data.response_metadata?.retryAfter;
    const retryAfterMs = seconds === undefined ? undefined : seconds * 1000;
    return new MessengerError('rate-limited', message, { effect: 'none', retryAfterMs, cause });
  }
  if (notNow.has(code)) return new MessengerError('unavailable', message, { effect: 'none', cause });
  if (brokenWithin.has(code)) {
    return new MessengerError('unavailable', message, { effect: unknownIf(changes), cause });
  }
  const hint = hintFor(code, data.needed);
  return new MessengerError('refused', message, { effect: 'none', hint, obstacle: obstacles[code], cause });
}

function hintFor(code: string, needed: unknown): string {
  if (code === 'missing_scope') {
    const scope = typeof needed === 'string' ? ` ${needed}` : '';
    return `Add the scope${scope} to the Slack app (its manifest names all that Portcullis needs) and install it again`;
  }
  if (code.startsWith('restricted_action')) return restricted;
  return hints[code] ?? `Slack refused with ${code}: its documentation of this method says what that means`;
}

/**
 * What the client threw without an answer of Slack. It wraps what `fetch` threw, except where the connection broke in the
 * middle of an answer. Node keeps the reason as `cause`, and where a name has several addresses the reason is an
 * `AggregateError` of one failure for each: the request certainly never left only if all of them say so.
 */
function failureError(facts: CallFacts, thrown: unknown): MessengerError {
  const reasons = rootCauses(thrown instanceof WebAPIRequestError ? thrown.original : thrown);
  // The time limit of the client is an abort signal.
  if (reasons.some((reason) => reason instanceof DOMException && reason.name === 'TimeoutError')) {
    return timeoutError(facts, thrown);
  }
  const codes = reasons.map(codeOf);
  const neverSent = codes.every((code) => code !== undefined && connectCodes.has(code));
  const why = codes.find((code) => code !== undefined) ?? 'no reason given';
  return new MessengerError('connection', `${facts.method}: the connection failed (${why})`, {
    effect: neverSent ? 'none' : unknownIf(facts.changes),
    hint: neverSent ? 'Slack cannot be reached from this server: check its network, DNS and proxy' : ifItLasts,
    cause: thrown,
  });
}

function rootCauses(thrown: unknown): unknown[] {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.flatMap(rootCauses);
  if (thrown instanceof Error && thrown.cause !== undefined) return rootCauses(thrown.cause);
  return [thrown];
}

function codeOf(reason: unknown): string | undefined {
  if (typeof reason !== 'object' || reason === null) return undefined;
  const code: unknown = Reflect.get(reason, 'code');
  return typeof code === 'string' ? code : undefined;
}
