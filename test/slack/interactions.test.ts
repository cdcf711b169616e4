import { expect, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { AnswerClient } from '../../src/slack/answer-client.ts';
import { Interactions } from '../../src/slack/interactions.ts';
import { Reply } from '../../src/slack/reply.ts';

const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
const client = new AnswerClient({ token: 'xoxb-nobody', apiUrl: 'http://127.0.0.1:9/api/', log });

test('payloads that arrive together are all acknowledged before the work for any of them begins', async () => {
  const interactions = new Interactions(log);
  const happened: string[] = [];
  const arrives = (name: string): Promise<void> =>
    interactions.run(
      { kind: 'command', handler: 'command', slackId: 'U1' },
      new Reply({ client, log }),
      async () => void happened.push(`${name} acknowledged`),
      async () => void happened.push(`${name} worked on`),
    );

  // Requests read in one turn of the event loop come to their handlers one after another, promises settling in between.
  const first = arrives('first');
  for (let step = 0; step < 20; step++) await Promise.resolve();
  const second = arrives('second');
  await Promise.all([first, second]);

  expect(happened).toEqual(['first acknowledged', 'second acknowledged', 'first worked on', 'second worked on']);
});
