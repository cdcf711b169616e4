import { ErrorCode, WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import { type Provider, ProviderError } from './providers/provider.ts';
import { clientLogger } from './slack/client-logger.ts';
import { requiredScopes } from './slack/scopes.ts';

const platformError = z.object({ code: z.literal(ErrorCode.PlatformError), data: z.object({ error: z.string() }) });

/**
 * What is wrong with the set-up and somebody has to mend, each with what to do. Unreachable is not wrong. A channel that
 * owners chose in Slack is theirs to change there, for which the bot has to run.
 */
export async function setUpProblems(
  slack: Config['slack'],
  provider: Provider,
  log: Logger,
  { channelChosen = false }: { readonly channelChosen?: boolean } = {},
): Promise<string[]> {
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    timeout: 5_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: clientLogger(log),
  });
  const checks = [
    ['Slack', () => tokenProblems(client)],
    ['Slack', async () => (channelChosen ? [] : channelProblems(client, slack.channelId))],
    ['Atlas', () => providerProblems(provider)],
  ] as const;
  const found = await Promise.all(
    checks.map(async ([what, check]) => {
      try {
        return await check();
      } catch (error) {
        log.warn({ err: error }, `${what} could not be reached to check the set-up; going on without`);
        return [];
      }
    }),
  );
  return found.flat();
}

async function tokenProblems(client: WebClient): Promise<string[]> {
  const answer = await refusal(client.auth.test());
  if (answer.refused !== undefined) {
    return [
      `SLACK_BOT_TOKEN: Slack refuses it (${answer.refused}). Install the app to the workspace and copy its bot token.`,
    ];
  }
  const granted = answer.value.response_metadata?.scopes;
  if (granted === undefined) return [];
  return Object.entries(requiredScopes)
    .filter(([scope]) => !granted.includes(scope))
    .map(
      ([scope, use]) =>
        `Slack scope ${scope} is missing (${use}). Add it under OAuth & Permissions and reinstall the app.`,
    );
}

async function channelProblems(client: WebClient, channel: string): Promise<string[]> {
  const answer = await refusal(client.conversations.info({ channel }));
  if (answer.refused === 'channel_not_found') {
    return [
      `SLACK_CHANNEL_ID: there is no channel ${channel} that the bot can see. In a private channel, invite the bot first.`,
    ];
  }
  // Whatever else is refused is the token's or a scope's, and told there.
  if (answer.refused !== undefined) return [];
  if (answer.value.channel?.is_archived === true) return [`SLACK_CHANNEL_ID: the channel ${channel} is archived.`];
  if (answer.value.channel?.is_member === true) return [];
  return [`The bot is not in the channel ${channel}. Type /invite @Portcullis there.`];
}

async function providerProblems(provider: Provider): Promise<string[]> {
  try {
    await provider.readBlock();
    return [];
  } catch (error) {
    if (error instanceof ProviderError && ['unauthorized', 'forbidden', 'not-found'].includes(error.code)) {
      return [`Atlas: ${error.message}`];
    }
    throw error;
  }
}

/** An answer, or the code with which Slack refused; anything else is thrown. */
async function refusal<T>(answer: Promise<T>): Promise<{ refused?: undefined; value: T } | { refused: string }> {
  try {
    return { value: await answer };
  } catch (error) {
    const parsed = platformError.safeParse(error);
    if (parsed.success) return { refused: parsed.data.data.error };
    throw error;
  }
}
