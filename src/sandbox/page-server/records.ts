import { MongoClient } from 'mongodb';
import { organizationIdOf } from '../../config.ts';
import type { Grant } from '../../grants/grant.ts';
import { GrantStore } from '../../store/grants.ts';
import type { Sandbox } from '../sandbox.ts';

/** What is due next of what the bot has promised to do. */
export interface NextDue {
  readonly reminder?: Date;
  readonly end?: Date;
  /** Of all but reading a vendor again. */
  readonly any?: Date;
}

/** Reads the bot's own records, which tell more than Slack and the vendors show. */
export class Records {
  readonly #client: MongoClient;
  readonly #organizations: readonly { readonly id: string; readonly vendor: string; readonly grants: GrantStore }[];

  constructor({ config }: Sandbox) {
    const client = new MongoClient(config.mongodb.uri, { ignoreUndefined: true });
    this.#client = client;
    this.#organizations = config.organizations.map((one) => ({
      id: organizationIdOf(one),
      vendor: one.provider.kind === 'atlas' ? 'Atlas' : one.provider.settings.vendor,
      grants: new GrantStore(client.db(one.database)),
    }));
  }

  /** With the vendor that it is about. */
  async grant(id: string): Promise<{ readonly grant: Grant; readonly vendor: string } | undefined> {
    for (const { vendor, grants } of this.#organizations) {
      const grant = await grants.find(id);
      if (grant !== undefined) return { grant, vendor };
    }
    return undefined;
  }

  async nextDue(): Promise<NextDue> {
    const [live, requested] = await Promise.all([
      this.#ofAll((grants, id) => grants.live(id)),
      this.#ofAll((grants, id) => grants.requested(id)),
    ]);
    const reminders = [...live, ...requested]
      .flatMap(({ owed }) => owed)
      .filter(({ kind }) => kind === 'remind' || kind === 'nudge');
    const ends = live.flatMap(({ owed }) => owed).filter(({ kind }) => kind === 'end');
    const any = [...live, ...requested].flatMap(({ owed }) => owed).filter(({ kind }) => kind !== 'sync');
    return { reminder: earliest(reminders), end: earliest(ends), any: earliest(any) };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #ofAll(read: (grants: GrantStore, organizationId: string) => Promise<Grant[]>): Promise<Grant[]> {
    return (await Promise.all(this.#organizations.map(({ grants, id }) => read(grants, id)))).flat();
  }
}

function earliest(effects: readonly { readonly dueAt: Date }[]): Date | undefined {
  const instants = effects.map(({ dueAt }) => dueAt.getTime());
  return instants.length === 0 ? undefined : new Date(Math.min(...instants));
}
