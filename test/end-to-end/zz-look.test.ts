import { it } from 'vitest';
import { channelName, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, notes, rootOf, types, everyPost, readable } from './steps.ts';
const problems = (h: any) => h.logs.filter((l: any) => ['warn', 'error', 'fatal'].includes(l.level)).map((l: any) => `${l.level} ${l.msg} | ${l.hint ?? ''} | ${l.err?.message}`);
it('chat down at grant', async () => {
  const h = await startHarness({ timeoutMs: 200 });
  const fault = h.sandbox.slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel' });
  console.log(await types(h, 'olivia', 'grant payments-prod 1h logs Primary steps down'));
  console.log(problems(h));
  await h.advance(5 * minute);
  console.log((await h.onlyGrant()).state);
  fault.clear();
  await h.advance(5 * minute);
  console.log(h.olivia.sees(channelName));
});
it('deleted root', async () => {
  const h = await startHarness({ timeoutMs: 200 });
  console.log(await types(h, 'erin', 'request payments-prod 1h logs Primary steps down'));
  const g = await h.onlyGrant();
  await h.sandbox.slack.deleteMessage(h.channel, g.message!.ts);
  await h.advance(61 * minute);
  console.log(problems(h));
  console.log(h.olivia.sees(channelName));
  await h.advance(4 * hour);
  console.log(problems(h));
  console.log(h.olivia.sees(channelName));
});
it('given up', async () => {
  const h = await startHarness({ timeoutMs: 200 });
  const fault = h.sandbox.slack.addFault({ method: 'chat.postMessage', kind: 'error', error: 'channel_not_found' });
  console.log(await types(h, 'erin', 'request payments-prod 1h logs Primary steps down'));
  const t = performance.now();
  await h.advance(26 * hour);
  console.log(performance.now() - t, fault.hits, problems(h).slice(-4), (await h.onlyGrant()).owed);
});
