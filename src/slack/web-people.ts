import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Membership } from '../grants/permissions.ts';
import type { Logger } from '../log.ts';
import { type People, PeopleError, type SlackPerson } from '../work/people.ts';
import { clientLogger } from './client-logger.ts';

const identity = z.object({ team_id: z.string() });

/** `users.info` (Slack API reference). `enterprise_user.teams` lists the workspaces of somebody in an Enterprise Grid. */
const user = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  tz: z.string().nullish(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
  profile: z
    .object({ display_name: z.string().optional(), real_name: z.string().optional(), email: z.string().optional() })
    .optional(),
});

export interface WebPeopleOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: Logger;
  /** Bounds each call, in real time. Default 5000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** Who people are, asked of Slack each time: a role or membership that was lost counts at once. */
export function createWebPeople(options: WebPeopleOptions): People {
  const client = new WebClient(options.token, {
    slackApiUrl: options.apiUrl,
    timeout: options.timeoutMs ?? 5_000,
    fetch: options.fetch,
    retryConfig: { retries: 1, minTimeout: 200, maxTimeout: 500 },
    rejectRateLimitedCalls: true,
    logger: clientLogger(options.log),
  });
  let teamId: string | undefined;

  async function ownTeam(): Promise<string> {
    teamId ??= identity.parse(await client.auth.test()).team_id;
    return teamId;
  }

  return {
    async read(slackId) {
      const [team, answer] = await asked(Promise.all([ownTeam(), client.users.info({ user: slackId })]));
      const parsed = user.safeParse(answer.user);
      if (!parsed.success) throw new PeopleError('Slack gave an answer that could not be understood.');
      return toPerson(parsed.data, team);
    },
    async findByEmail(email) {
      try {
        const answer = await client.users.lookupByEmail({ email });
        return answer.user?.id;
      } catch (error) {
        if (platformError(error) === 'users_not_found') return undefined;
        throw unreachable(error);
      }
    },
  };
}

function toPerson(found: z.infer<typeof user>, team: string): SlackPerson {
  const { profile } = found;
  const name = profile?.real_name || found.real_name || profile?.display_name || found.name || found.id;
  return {
    slackId: found.id,
    name,
    email: profile?.email?.toLowerCase(),
    membership: membershipOf(found, team),
    timeZone: found.tz ?? undefined,
  };
}

function membershipOf(found: z.infer<typeof user>, team: string): Membership {
  if (found.deleted === true) return 'deactivated';
  if (found.is_bot === true) return 'bot';
  const here = found.team_id === team || found.enterprise_user?.teams?.includes(team) === true;
  if (found.is_stranger === true || !here) return 'outsider';
  return found.is_restricted === true || found.is_ultra_restricted === true ? 'guest' : 'member';
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw unreachable(error);
  }
}

const unreachable = (error: unknown): PeopleError =>
  new PeopleError('Slack could not say who this is.', { cause: error });

function platformError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const parsed = z.object({ error: z.string() }).safeParse(error.data);
  return parsed.success ? parsed.data.error : undefined;
}
