import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import type { AtlasEmulator } from '../../src/sandbox/atlas/server.ts';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import type { ManualClock } from '../../src/sandbox/manual-clock.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SlackSeed } from '../../src/sandbox/slack/seed.ts';
import type { SlackServer } from '../../src/sandbox/slack/server.ts';
import { second, startSecondOrganization, withSecondChannel } from './second-organization.ts';

/** A second organization in the same process, about which nothing is asked: whatever comes to it has crossed over. */
export interface Bystander {
  readonly atlas: AtlasEmulator;
  surroundings(slackSeed: SlackSeed | undefined): Pick<SandboxOptions, 'slackSeed' | 'further'>;
  /** Closes what it stands on, and fails the test where anything was changed in it or said about it. */
  wasLeftAlone(client: MongoClient, slack: SlackServer): Promise<void>;
}

/** The other one's name, a grant's id, or a cluster that tests ask for. */
const aboutOther = new RegExp(`${meridian.name}|\\bg-[0-9a-z]{10}\\b|-prod\\b|staging|warehouse`);

export async function startBystander(clock: ManualClock): Promise<Bystander> {
  const { atlas, config } = await startSecondOrganization(clock);
  let records = '';
  return {
    atlas,
    surroundings: (slackSeed) => ({
      slackSeed: withSecondChannel(slackSeed),
      further: (first) => {
        const organization = config(first);
        records = organization.database;
        return [organization];
      },
    }),
    async wasLeftAlone(client, slack) {
      const database = client.db(records);
      const grants = await database.collection('grants').countDocuments();
      const decided = await database.collection('ledger').countDocuments({ 'actor.kind': 'person' });
      const changes = atlas.calls.filter(
        ({ call }) => call === 'grant' || call === 'revoke' || call === 'patchSettings',
      );
      const everything = [...slack.state.ledger.everyMessage(), ...slack.ephemerals()];
      const ofOther = everything.filter(({ channel, text }) => channel === second.channel && aboutOther.test(text));
      const elsewhere = everything.filter(
        ({ channel, text }) => channel !== second.channel && text.startsWith(`${second.name}: `),
      );
      await atlas.close();
      await database.dropDatabase();
      expect({ grants, decided, changes, ofOther, elsewhere }, 'of the second organization').toEqual({
        grants: 0,
        decided: 0,
        changes: [],
        ofOther: [],
        elsewhere: [],
      });
    },
  };
}
