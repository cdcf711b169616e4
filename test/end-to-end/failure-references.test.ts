import { expect, it } from 'vitest';
import { type Harness, minute, people, startHarness } from '../support/harness.ts';
import { clicks, everyPost, notes, readable, rootOf, submits, types } from './steps.ts';

const request = 'request payments-prod 2h infrastructure Primary steps down every few minutes';

/** What the lines of the log that have this id say, of those that tell of something that went wrong. */
const logged = ({ logs }: Harness, id: string): unknown[] =>
  logs.filter((line) => line.level !== 'debug' && JSON.stringify(line).includes(id)).map(({ msg }) => msg);

/** What is read out to whoever runs Portcullis. Throws where a message has nothing of the kind. */
function referenceIn(text: string): string {
  const [, reference = ''] = /Reference for the operators of Portcullis: (\S+)/.exec(text) ?? [];
  const [grant = reference] = /g-[0-9a-z]{10}/.exec(text) ?? [];
  if (grant === '') throw new Error(`Without an id: ${text}`);
  return grant;
}

/** The newest message that says this, to anybody. */
function post(harness: Harness, words: string): string {
  const found = everyPost(harness)
    .map((message) => readable(harness, message))
    .findLast((text) => text.includes(words));
  if (found === undefined) throw new Error(`Nobody was told: ${words}`);
  return found;
}

it('an opening and a closing that do not work', { timeout: 60_000 }, async () => {
  const harness = await startHarness();
  const { atlas } = harness.sandbox;
  await types(harness, 'erin', request);
  const opening = atlas.addFault({ kind: 'status', status: 500, call: 'grant' });
  await clicks(harness, 'olivia', 'Approve for 2 h');
  const grant = await harness.onlyGrant();
  const shown = rootOf(harness, grant);
  expect(shown).toContain('Still trying');
  expect(logged(harness, referenceIn(shown))).toContain('Access could not be brought to match; it is tried again');
  await harness.advance(20 * minute);
  const failed = notes(harness, grant).find((note) => note.includes('Opening payments-prod was given up')) ?? '';
  expect(referenceIn(failed)).toBe(grant._id);
  opening.clear();

  await types(harness, 'erin', request.replace('payments-prod', 'ledger-prod'));
  await clicks(harness, 'olivia', 'Approve for 2 h', { message: 'ledger-prod' });
  atlas.addFault({ kind: 'status', status: 500, call: 'revoke' });
  await clicks(harness, 'olivia', 'Revoke now', { message: 'ledger-prod' });
  await harness.advance(2 * minute);
  const closing = post(harness, 'Portcullis cannot close it yet and keeps trying.');
  expect(referenceIn(closing)).not.toBe(grant._id);
  expect(logged(harness, referenceIn(closing))).toContain('Access could not be brought to match; it is tried again');
});

it('a block that cannot be switched, roles that cannot be read, a channel that is lost', {
  timeout: 60_000,
}, async () => {
  const harness = await startHarness();
  const { atlas, slack } = harness.sandbox;
  const refused = atlas.addFault({ kind: 'status', status: 403, call: 'patchSettings' });
  await types(harness, 'olivia', 'unblock 4h Support looks at every cluster today');
  const answer = await submits(harness, 'olivia');
  expect(answer).toContain('Not unblocked, because:');
  for (const text of [answer, post(harness, 'Unblocking support access was given up')]) {
    expect(logged(harness, referenceIn(text))).toContain('The block could not be switched');
  }
  refused.clear();

  await types(harness, 'erin', request);
  const unread = atlas.addFault({ kind: 'status', status: 503, call: 'listUsers' });
  const unavailable = await clicks(harness, 'olivia', 'Approve for 2 h');
  expect(unavailable).toContain('Your roles in MongoDB Atlas cannot be read right now');
  expect(referenceIn(unavailable)).toBe(people.olivia);
  expect(logged(harness, people.olivia)).toContain('Roles could not be read');
  unread.clear();

  const inChannel = ({ channel }: { readonly channel?: unknown }) => channel === harness.channel;
  slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel', when: inChannel });
  await types(harness, 'erin', request.replace('payments-prod', 'ledger-prod'));
  await harness.advance(minute);
  const lost = post(harness, 'Portcullis cannot write to its channel');
  expect(logged(harness, referenceIn(lost))).toContain('The channel cannot be written to; the owners are told');
});
