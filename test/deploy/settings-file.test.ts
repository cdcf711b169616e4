import { expect, it } from 'vitest';
import { loadConfig } from '../../src/load-config.ts';
import { settingNames } from '../../src/settings.ts';
import { read, settingsIn } from './project.ts';

const example = settingsIn(read('manifests/portcullis.env.example'));

it('the example names settings that there are, and is refused as long as it is not filled in', () => {
  for (const name of Object.keys(example)) expect(settingNames()).toContain(name);
  const loaded = loadConfig(example);
  expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual(
    Object.keys(example)
      .filter((name) => name !== 'HEALTH_PORT')
      .toSorted(),
  );
});

it('filled in, it is enough', () => {
  const filled = {
    ...example,
    SLACK_BOT_TOKEN: `${example.SLACK_BOT_TOKEN}1-a`,
    SLACK_APP_TOKEN: `${example.SLACK_APP_TOKEN}1-a`,
    SLACK_CHANNEL_ID: 'C0123456789',
    ATLAS_CLIENT_ID: 'mdb_sa_id_0123',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_0123',
    ATLAS_ORG_ID: '0123456789abcdef01234567',
    MONGODB_URI: `${example.MONGODB_URI}user:password@cluster0.example.mongodb.net`,
  };
  expect(loadConfig(filled)).toMatchObject({ ok: true });
});
