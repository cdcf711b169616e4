import type { JsonObject } from './json.ts';
import type { SeedUser, SeedUserGroup, SlackSeed } from './seed.ts';

export interface Channel {
  readonly id: string;
  /** The id of the same channel inside the emulator, which gives out its own. */
  readonly emulatorId: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** User ids, without the bot. */
  readonly members: readonly string[];
  readonly botIsMember: boolean;
  readonly isArchived: boolean;
}

/** Where a message goes: a channel, or the direct messages of the bot with one person. */
export type Conversation =
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'direct'; readonly id: string; readonly userId: string };

/** Who says that a command failed. */
export const SLACKBOT = 'USLACKBOT';

/** The people, channels and memberships of the simulated workspace. */
export class Directory {
  readonly teamId: string;
  readonly teamDomain = 'acme';
  readonly botUserId: string;
  readonly appId: string;
  readonly userGroups: readonly SeedUserGroup[];
  readonly #users = new Map<string, SeedUser>();
  readonly #channels = new Map<string, Channel>();
  readonly #directMessages = new Map<string, string>();

  constructor(seed: SlackSeed, emulatorChannelIds: readonly string[]) {
    this.teamId = seed.teamId ?? 'T0SANDBOX';
    this.botUserId = seed.bot.userId;
    this.appId = seed.bot.appId;
    this.userGroups = seed.userGroups ?? [];
    this.#users.set(seed.bot.userId, { id: seed.bot.userId, name: 'portcullis', realName: 'Portcullis', isBot: true });
    for (const user of seed.users) this.#users.set(user.id, user);
    seed.channels.forEach((channel, index) => {
      const emulatorId = emulatorChannelIds[index];
      if (emulatorId === undefined) throw new Error(`The emulator has no channel for #${channel.name}`);
      const id = channel.id ?? emulatorId;
      this.#channels.set(id, {
        id,
        emulatorId,
        name: channel.name,
        isPrivate: channel.isPrivate ?? false,
        members: channel.members,
        botIsMember: channel.botIsMember,
        isArchived: false,
      });
    });
  }

  users(): SeedUser[] {
    return [...this.#users.values()];
  }

  user(id: string): SeedUser | undefined {
    return this.#users.get(id);
  }

  setUser(id: string, patch: Partial<Omit<SeedUser, 'id'>>): void {
    const user = this.#users.get(id);
    if (user === undefined) throw new Error(`Nobody in the workspace has the id ${id}`);
    this.#users.set(id, { ...user, ...patch });
  }

  channels(): Channel[] {
    return [...this.#channels.values()];
  }

  /** By id, or by name with or without `#`. */
  channel(reference: string): Channel | undefined {
    const name = reference.replace(/^#/, '');
    return this.#channels.get(reference) ?? this.channels().find((channel) => channel.name === name);
  }

  setChannel(
    reference: string,
    patch: Partial<Pick<Channel, 'members' | 'botIsMember' | 'isArchived' | 'isPrivate'>>,
  ): void {
    const channel = this.channel(reference);
    if (channel === undefined) throw new Error(`The workspace has no channel ${reference}`);
    this.#channels.set(channel.id, { ...channel, ...patch });
  }

  /** By channel id or name, by the id of an open direct message, or by the id of somebody the bot already wrote to. */
  conversation(reference: string): Conversation | undefined {
    const channel = this.channel(reference);
    if (channel !== undefined) return { kind: 'channel', channel };
    for (const [id, userId] of this.#directMessages) {
      if (id === reference || userId === reference) return { kind: 'direct', id, userId };
    }
    return undefined;
  }

  openDirectMessage(id: string, userId: string): void {
    this.#directMessages.set(id, userId);
  }

  membersOf(channel: Channel): string[] {
    return channel.botIsMember ? [...channel.members, this.botUserId] : [...channel.members];
  }

  /** Who a person or a group is called in messages; the id itself when nobody knows it. */
  nameOf(id: string): string {
    if (id === SLACKBOT) return 'Slackbot';
    return (
      this.#users.get(id)?.realName ??
      this.#channels.get(id)?.name ??
      this.userGroups.find((group) => group.id === id)?.handle ??
      id
    );
  }

  /** The `user` object of `users.info`. Slack leaves the role flags out of a deactivated account. */
  userObject(user: SeedUser, withEmail: boolean): JsonObject {
    const roles = {
      is_admin: false,
      is_owner: false,
      is_primary_owner: false,
      is_restricted: (user.isRestricted ?? false) || (user.isUltraRestricted ?? false),
      is_ultra_restricted: user.isUltraRestricted ?? false,
      ...(user.isStranger === true ? { is_stranger: true } : {}),
    };
    return {
      id: user.id,
      team_id: user.teamId ?? this.teamId,
      name: user.name,
      deleted: user.deleted ?? false,
      real_name: user.realName,
      tz: user.tz ?? 'Etc/UTC',
      profile: {
        real_name: user.realName,
        real_name_normalized: user.realName,
        display_name: user.name,
        display_name_normalized: user.name,
        team: user.teamId ?? this.teamId,
        ...(withEmail && user.email !== undefined ? { email: user.email } : {}),
      },
      ...(user.deleted === true ? {} : roles),
      is_bot: user.isBot ?? false,
      is_app_user: false,
    };
  }

  channelObject(channel: Channel): JsonObject {
    return {
      id: channel.id,
      name: channel.name,
      name_normalized: channel.name,
      is_channel: !channel.isPrivate,
      is_group: channel.isPrivate,
      is_im: false,
      is_mpim: false,
      is_private: channel.isPrivate,
      is_archived: channel.isArchived,
      is_general: false,
      is_member: channel.botIsMember,
      context_team_id: this.teamId,
      num_members: this.membersOf(channel).length,
    };
  }
}
