import { MongoClient } from 'mongodb';
import type { Grant } from '../../grants/grant.ts';
import { GrantStore } from '../../store/grants.ts';
import type { Sandbox } from '../sandbox.ts';

/** What is due next of what the bot has promised to do. */
export interface NextDue {
  readonly reminder?: Date;
  readonly end?: Date;
}

/** Reads the bot's own records, which tell more than Slack and Atlas show. */
export class Records {
  readonly #client: MongoClient;
  readonly #grants: GrantStore;
  readonly #organizationId: string;

  constructor({ config, atlas }: Sandbox) {
    this.#client = new MongoClient(config.mongodb.uri, { ignoreUndefined: true });
    this.#grants = new GrantStore(this.#client.db(config.mongodb.database));
    this.#organizationId = atlas.state.id;
  }

  grant(id: string): Promise<Grant | undefined> {
    return this.#grants.find(id);
  }

  async nextDue(): Promise<NextDue> {
    const [live, requested] = await Promise.all([
      this.#grants.live(this.#organizationId),
      this.#grants.requested(this.#organizationId),
    ]);
    const reminders = [...live, ...requested]
      .flatMap(({ owed }) => owed)
      .filter(({ kind }) => kind === 'remind' || kind === 'nudge');
    const ends = live.flatMap(({ owed }) => owed).filter(({ kind }) => kind === 'end');
    return { reminder: earliest(reminders), end: earliest(ends) };
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function earliest(effects: readonly { readonly dueAt: Date }[]): Date | undefined {
  const instants = effects.map(({ dueAt }) => dueAt.getTime());
  return instants.length === 0 ? undefined : new Date(Math.min(...instants));
}
