import type { Answer } from './emulator.ts';
import { isObject, stringIn } from './json.ts';
import { type Method, page, refuse, type SlackState } from './state.ts';

/**
 * The emulator judges token and scope; who people are comes from the directory, since the emulator knows no guests,
 * strangers, bots or deactivated accounts.
 */
export const userMethods: Readonly<Record<string, Method>> = {
  'auth.test': async (state) => {
    const answer = await state.emulator.callAsBot('auth.test', {});
    if (!answer.ok) return answer;
    const { teamDomain, teamId } = state.directory;
    return {
      ...answer,
      url: `https://${teamDomain}.slack.com/`,
      team: 'Acme',
      team_id: teamId,
      is_enterprise_install: false,
    };
  },

  'team.info': async (state) => {
    const answer = await state.emulator.callAsBot('team.info', {});
    if (!answer.ok || !isObject(answer.team)) return answer;
    const { teamDomain, teamId } = state.directory;
    return { ok: true, team: { ...answer.team, id: teamId, name: 'Acme', domain: teamDomain } };
  },

  'bots.info': (state, body) => state.emulator.callAsBot('bots.info', body),

  'users.info': async (state, body) => {
    const refusal = await missingScope(state, 'users.info');
    if (refusal !== undefined) return refusal;
    const user = state.directory.user(stringIn(body.user) ?? '');
    if (user === undefined) return refuse('user_not_found');
    return { ok: true, user: state.directory.userObject(user, state.hasScope('users:read.email')) };
  },

  /** Slack lists deactivated people too; the emulator does not. */
  'users.list': async (state, body) => {
    const refusal = await missingScope(state, 'users.list');
    if (refusal !== undefined) return refusal;
    const part = page(state.directory.users(), body, 100);
    if (part === undefined) return refuse('invalid_cursor');
    const withEmail = state.hasScope('users:read.email');
    return {
      ok: true,
      members: part.items.map((user) => state.directory.userObject(user, withEmail)),
      response_metadata: { next_cursor: part.nextCursor },
    };
  },

  /** Finds only active members of this workspace, in any letter case. */
  'users.lookupByEmail': async (state, body) => {
    const refusal = await missingScope(state, 'users.lookupByEmail');
    if (refusal !== undefined) return refusal;
    const email = stringIn(body.email)?.toLowerCase();
    const user = state.directory
      .users()
      .find((candidate) => email !== undefined && candidate.email?.toLowerCase() === email);
    const isElsewhere = user?.teamId !== undefined && user.teamId !== state.directory.teamId;
    if (user === undefined || user.deleted === true || isElsewhere) return refuse('users_not_found');
    return { ok: true, user: state.directory.userObject(user, true) };
  },

  /** The emulator has no user groups at all. */
  'usergroups.list': async (state, body) => {
    if (!state.hasScope('usergroups:read')) return missing(state, 'usergroups:read');
    const withUsers = body.include_users === true || body.include_users === 'true';
    return {
      ok: true,
      usergroups: state.directory.userGroups.map((group) => ({
        id: group.id,
        team_id: state.directory.teamId,
        is_usergroup: true,
        name: group.name,
        handle: group.handle,
        date_delete: 0,
        user_count: group.users.length,
        ...(withUsers ? { users: [...group.users] } : {}),
      })),
    };
  },

  'usergroups.users.list': async (state, body) => {
    if (!state.hasScope('usergroups:read')) return missing(state, 'usergroups:read');
    const group = state.directory.userGroups.find((candidate) => candidate.id === body.usergroup);
    return group === undefined ? refuse('no_such_subteam') : { ok: true, users: [...group.users] };
  },
};

async function missingScope(state: SlackState, method: string): Promise<Answer | undefined> {
  const answer = await state.emulator.callAsBot(method, {});
  return answer.error === 'missing_scope' ? answer : undefined;
}

function missing(state: SlackState, needed: string): Answer {
  return refuse('missing_scope', { needed, provided: state.scopes().join(',') });
}
