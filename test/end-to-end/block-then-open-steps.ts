import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { clicks, readable, submits, types } from './steps.ts';

export const offered = 'Block, then open logs';
export const opensForm = 'Block, then open logs…';
export const isOpen = 'payments-prod is open to MongoDB support';
export const asked = 'request payments-prod 2h logs Primary steps down again';

/** In an organization that is open to support. */
export const started = (options: Omit<SandboxOptions, 'log' | 'mongodb'> = {}): Promise<Harness> =>
  startHarness({ atlasSeed: { ...demoSeed, blocked: false }, ...options });

/** What an owner does where the button is: the form, and one confirm. */
export async function fillsForm(harness: Harness): Promise<string> {
  const form = harness.olivia.modal();
  await form.searches('Cluster', 'payments-prod');
  await form.choose('Cluster', 'payments-prod');
  await form.choose('Duration', '2 h');
  await form.fill('Reason', 'Primary steps down again');
  return submits(harness, 'olivia');
}

export async function blocksAndOpens(harness: Harness): Promise<string> {
  await types(harness, 'olivia', 'status');
  await clicks(harness, 'olivia', opensForm);
  return fillsForm(harness);
}

/** The changing calls that Atlas has received, and what it answered. */
export const changes = ({ sandbox }: Harness): string[] =>
  sandbox.atlas.calls
    .filter(({ call }) => call === 'patchSettings' || call === 'grant' || call === 'revoke')
    .map(({ call, status }) => `${call} ${status ?? 'unanswered'}`);

/** First lines of what stands in the channel itself, without what was said at the start. */
export const channelHeadlines = (harness: Harness): (string | undefined)[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .filter(({ threadTs }) => threadTs === undefined)
    .map((message) => readable(harness, message).split('\n')[0])
    .filter((line) => !line?.startsWith('Who is known here'));
