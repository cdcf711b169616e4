import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import type { SlackServer } from '../../src/sandbox/slack/server.ts';
import { createWebFiles } from '../../src/slack/web-files.ts';
import type { PostFiles } from '../../src/work/files.ts';
import type { MessengerError } from '../../src/work/messenger.ts';
import { BOT_TOKEN, SCOPES, startAcme } from '../sandbox/slack/acme.ts';

const picture = { name: 'a.png', title: 'A picture', content: Buffer.from([0x89, 0x50, 0x00, 0xff]) };
const table = { name: 'a.csv', title: 'A table', content: Buffer.from('a,b\r\n') };

async function start(): Promise<{ slack: SlackServer; post: (channel: string) => ReturnType<PostFiles> }> {
  const slack = await startAcme();
  onTestFinished(() => slack.close());
  slack.setScopes([...SCOPES, 'files:write']);
  const log = createLogger({ level: 'debug', destination: { write: () => {} } });
  const postFiles = createWebFiles({ token: BOT_TOKEN, apiUrl: slack.url, log });
  return { slack, post: (channel) => postFiles({ channel, comment: '*What* it shows', files: [picture, table] }) };
}

const errorOf = async (posting: Promise<void>): Promise<MessengerError> =>
  posting.then(
    () => Promise.reject(new Error('Nothing was thrown')),
    (error: MessengerError) => error,
  );

it('posts all files in one message, byte for byte, under the comment', async () => {
  const { slack, post } = await start();
  await post('C0ACCESS');
  const [message, ...others] = slack.messages('C0ACCESS');
  expect(others).toEqual([]);
  expect(message).toMatchObject({ user: 'U0BOT', text: '*What* it shows', files: [picture, table] });
  expect(slack.warnings).toEqual([]);
});

it.each([
  ['C0GENERAL', 'not-member'],
  ['C0SECRET', 'not-found'],
])('says that it is not in %s', async (channel, obstacle) => {
  const { slack, post } = await start();
  expect(await errorOf(post(channel))).toMatchObject({ name: 'MessengerError', obstacle, effect: 'none' });
  expect(slack.messages(channel)).toEqual([]);
});

it('says what to mend where the workspace takes no files, or the scope is missing', async () => {
  const { slack, post } = await start();
  const fault = {
    method: 'files.getUploadURLExternal',
    times: 2,
    kind: 'error',
    error: 'file_uploads_disabled',
  } as const;
  slack.addFault(fault);
  expect((await errorOf(post('C0ACCESS'))).hint).toContain('ask them to allow it');
  slack.setScopes(SCOPES);
  expect((await errorOf(post('C0ACCESS'))).hint).toContain('Add the scope files:write');
});

it('does not claim that nothing was posted where it cannot know', async () => {
  const { slack, post } = await start();
  slack.addFault({ method: 'files.completeUploadExternal', kind: 'cut-after' });
  expect(await errorOf(post('C0ACCESS'))).toMatchObject({ name: 'MessengerError', effect: 'unknown' });
  expect(slack.messages('C0ACCESS')).toHaveLength(1);
});
