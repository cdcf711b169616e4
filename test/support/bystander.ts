import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import { channelName } from '../../src/sandbox/demo-workspace.ts';
import type { ManualClock } from '../../src/sandbox/manual-clock.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import type { SlackSeed } from '../../src/sandbox/slack/seed.ts';
import type { SlackServer } from '../../src/sandbox/slack/server.ts';
import { second, startSecondOrganization, withSecondChannel } from './second-organization.ts';

/** A second organization in the same process, about which nothing is asked: whatever comes to it has crossed over. */
export interface Bystander {
  surroundings(slackSeed: SlackSeed | undefined): Pick<SandboxOptions, 'slackSeed' | 'further'>;
  /** The same person, who says which organization is meant wherever that is not clear. */
  among(person: Person): Person;
  /** Closes what it stands on, and fails the test where anything was changed in it or said about it. */
  wasLeftAlone(client: MongoClient, slack: SlackServer): Promise<void>;
}

export async function startBystander(clock: ManualClock): Promise<Bystander> {
  const { atlas, config } = await startSecondOrganization(clock);
  let records = '';
  return {
    surroundings: (slackSeed) => ({
      slackSeed: withSecondChannel(slackSeed),
      further: (first) => {
        const organization = config(first);
        records = organization.database;
        return [organization];
      },
    }),
    among: (person) =>
      new Proxy(person, {
        get(target, name) {
          const held: unknown = Reflect.get(target, name, target);
          if (name === 'types') {
            return (line: string, where: Parameters<Person['types']>[1]) =>
              target.types(saying(line, where.channel), where);
          }
          return typeof held === 'function' ? held.bind(target) : held;
        },
      }),
    async wasLeftAlone(client, slack) {
      const database = client.db(records);
      const grants = await database.collection('grants').countDocuments();
      const refusals = await database.collection('ledger').countDocuments({ outcome: 'refused' });
      const changes = atlas.calls.filter(
        ({ call }) => call === 'grant' || call === 'revoke' || call === 'patchSettings',
      );
      const said = slack.messages(second.channel).filter(({ text }) => /payments|ledger-prod|staging/.test(text));
      await atlas.close();
      await database.dropDatabase();
      expect({ grants, refusals, changes, said }, 'of the second organization').toEqual({
        grants: 0,
        refusals: 0,
        changes: [],
        said: [],
      });
    },
  };
}

/** Typed elsewhere than in a channel of theirs, a command names its organization. */
const saying = (line: string, channel: string | undefined): string =>
  channel === channelName || channel === second.channelName
    ? line
    : line.replace(/^\/support-access\b/, `/support-access ${meridian.key}`);

/** What a message says besides which organization it is about. */
export const withoutLabel = (text: string): string =>
  process.env.ORGANIZATIONS === '2' ? text.replace(`Organization: ${meridian.name}`, '').trim() : text;
