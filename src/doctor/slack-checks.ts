import { WebClient } from '@slack/web-api';
import type { Config } from '../config.ts';
import { advice, away, type Check, type Finding, good, unknown, wrong } from '../findings.ts';
import type { Logger } from '../log.ts';
import { clientLogger } from '../slack/client-logger.ts';
import { messengerError, refusalCode } from '../slack/messenger-errors.ts';
import { requiredScopes } from '../slack/scopes.ts';

/** The channel in force, where the records say it; owners may have chosen another than the operator named. */
export interface ChannelInForce {
  readonly id: string;
  readonly chosen: boolean;
}

interface SlackChecksOptions {
  readonly slack: Config['slack'];
  readonly log: Logger;
  readonly timeoutMs?: number;
}

/** What there is to check in Slack, by looking only. */
export function slackChecks({ slack, log, timeoutMs = 5_000 }: SlackChecksOptions): {
  readonly token: Check;
  /** Of one organization. */
  readonly channel: (inForce: () => Promise<ChannelInForce>) => Check;
  /** By which Slack's payloads come. */
  readonly connection: Check;
} {
  const clientFor = (token: string): WebClient =>
    new WebClient(token, {
      slackApiUrl: slack.apiUrl,
      timeout: timeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: clientLogger(log),
    });
  const client = clientFor(slack.botToken);
  const { appToken } = slack;
  let asking: Promise<TokenAnswer> | undefined;
  const token = (): Promise<TokenAnswer> => {
    asking ??= asked('auth.test', () => client.auth.test());
    return asking;
  };
  return {
    token: {
      name: 'bot-token',
      subject: 'The bot token',
      atStart: true,
      run: async () => tokenFindings(await token()),
    },
    channel: (inForce) => ({
      name: 'channel',
      subject: 'The channel',
      atStart: true,
      // That the token is refused, or Slack away, is told once.
      run: async () => ((await token()).kind === 'answered' ? channelFindings(client, await inForce()) : []),
    }),
    connection:
      appToken === undefined
        ? { name: 'signing-secret', subject: 'The signing secret', run: async () => [signingSecretSet] }
        : { name: 'app-token', subject: 'The app-level token', run: () => appTokenFindings(clientFor(appToken)) },
  };
}

const signingSecretSet = unknown(
  'Whether SLACK_SIGNING_SECRET is the right one shows when Slack sends something: try a command.',
);

type TokenAnswer = Asked<Awaited<ReturnType<WebClient['auth']['test']>>>;

function tokenFindings(answer: TokenAnswer): Finding[] {
  if (answer.kind === 'away') return [answer.finding];
  if (answer.kind === 'refused') {
    return [
      wrong(`SLACK_BOT_TOKEN: Slack refuses it (${answer.code}).`, {
        mend: 'Install the app to the workspace and copy its bot token.',
        who: 'operator',
      }),
    ];
  }
  const { team, response_metadata } = answer.value;
  const accepted = good(`The bot token is accepted, in the workspace ${team ?? 'that it is for'}.`);
  const granted = response_metadata?.scopes;
  if (granted === undefined) return [accepted, unknown('Slack did not say which scopes the app has.')];
  const missing = Object.entries(requiredScopes).filter(([scope]) => !granted.includes(scope));
  const more = granted.filter((scope) => !Object.hasOwn(requiredScopes, scope));
  return [
    accepted,
    ...(missing.length === 0 ? [good('The Slack app has every scope that it needs.')] : []),
    ...missing.map(([scope, use]) =>
      wrong(`Slack scope ${scope} is missing (${use}).`, {
        mend: 'Add it under OAuth & Permissions and reinstall the app.',
        who: 'slack-admin',
      }),
    ),
    ...(more.length === 0
      ? []
      : [
          advice(`The Slack app has scopes that it does not need: ${more.join(', ')}.`, {
            mend: 'Take them out under OAuth & Permissions and reinstall the app: a stolen token could use them.',
            who: 'slack-admin',
          }),
        ]),
  ];
}

async function channelFindings(client: WebClient, { id, chosen }: ChannelInForce): Promise<Finding[]> {
  const answer = await asked('conversations.info', () => client.conversations.info({ channel: id }));
  if (answer.kind === 'away') return [answer.finding];
  const setting = chosen ? 'The channel that owners chose in Slack' : 'SLACK_CHANNEL_ID';
  const choose = chosen
    ? ({ mend: 'An owner can choose another with /support-access settings.', who: 'owner-in-slack' } as const)
    : ({ mend: 'Set it to a channel that is in use.', who: 'operator' } as const);
  if (answer.kind === 'refused') {
    // Whatever else is refused is the token's or a scope's, and told there.
    if (answer.code !== 'channel_not_found') return [];
    const mend = chosen ? choose.mend : 'In a private channel, invite the bot first.';
    return [wrong(`${setting}: there is no channel ${id} that the bot can see.`, { ...choose, mend })];
  }
  const found = answer.value.channel;
  if (found?.is_archived === true) return [wrong(`${setting}: the channel ${id} is archived.`, choose)];
  if (found?.is_member === true) return [good(`The bot is in the channel #${found.name ?? id}.`)];
  const who = chosen ? 'owner-in-slack' : 'channel-member';
  return [wrong(`The bot is not in the channel ${id}.`, { mend: 'Type /invite @Portcullis there.', who })];
}

/** Asking for the address of a web socket proves the token; nothing is opened until somebody connects to it. */
async function appTokenFindings(client: WebClient): Promise<Finding[]> {
  const answer = await asked('apps.connections.open', () => client.apps.connections.open());
  if (answer.kind === 'away') return [answer.finding];
  if (answer.kind === 'answered')
    return [good('The app-level token is accepted: Slack offers a Socket Mode connection.')];
  return [
    wrong(`SLACK_APP_TOKEN: Slack refuses it (${answer.code}).`, {
      mend: 'Make an app-level token with the scope connections:write under Basic Information, and switch Socket Mode on.',
      who: 'slack-admin',
    }),
  ];
}

type Asked<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'away'; readonly finding: Finding };

async function asked<T>(method: string, ask: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { kind: 'answered', value: await ask() };
  } catch (error) {
    const { code: why, hint } = messengerError({ method, changes: false }, error);
    const code = refusalCode(error);
    if (why === 'refused' && code !== undefined) return { kind: 'refused', code };
    const mend = `${hint ?? 'Try again in a while'}.`;
    return { kind: 'away', finding: away(`Slack could not be asked (${method}).`, { mend, who: 'operator' }) };
  }
}
