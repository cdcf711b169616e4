import { it } from 'vitest';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import { startHarness, minute } from '../support/harness.ts';
import { types, clicks, submits, rootOf, notes, readable, inAtlas } from './steps.ts';

const say = (t: string) => process.stdout.write(`${t}\n`);
const faults: [string, AtlasFault][] = [
  ['401', { kind: 'status', status: 401 }],
  ['403', { kind: 'status', status: 403 }],
  ['404', { kind: 'status', status: 404 }],
  ['409', { kind: 'status', status: 409 }],
  ['429', { kind: 'status', status: 429 }],
  ['429 ra', { kind: 'status', status: 429, retryAfterSeconds: 90 }],
  ['500', { kind: 'status', status: 500 }],
  ['hang', { kind: 'hang' }],
  ['cut-before', { kind: 'cut-before' }],
  ['cut-after', { kind: 'cut-after' }],
  ['garbage', { kind: 'garbage' }],
];
const phase = process.env.PHASE;
for (const [name, fault] of faults) {
  if (phase === 'roles') it(`roles ${name}`, async () => {
    const h = await startHarness();
    await types(h, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    const f = h.sandbox.atlas.addFault({ ...fault, call: 'listUsers', times: 3 });
    say(`\n====== roles ${name}\n${await clicks(h, 'olivia', 'Approve for 8 h')}\n${(await h.onlyGrant()).state} hits ${f.hits()}`);
    say(`whoami: ${(await types(h, 'olivia', 'whoami'))}`);
    f.clear();
    await clicks(h, 'olivia', 'Approve for 8 h');
    say((await h.onlyGrant()).state);
  });
  if (phase === 'grant' || phase === 'readCluster') it(`open ${name}`, async () => {
    const h = await startHarness();
    await types(h, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    const f = h.sandbox.atlas.addFault({ ...fault, call: phase, ...(name === 'hang' ? { times: 2 } : {}) });
    say(`\n====== ${phase} ${name}\nanswer: ${await clicks(h, 'olivia', 'Approve for 8 h')}\nhits ${f.hits()}`);
    say(rootOf(h, await h.onlyGrant()));
    if (name !== 'hang') await h.advance(2 * minute);
    say(`--2min hits ${f.hits()}\n${rootOf(h, await h.onlyGrant())}`);
    f.clear();
    await h.advance(3 * minute);
    say(`--clear ${JSON.stringify(inAtlas(h, 'ledger-prod'))}\n${rootOf(h, await h.onlyGrant())}\n${notes(h, await h.onlyGrant()).join('\n~~\n')}`);
  });
  if (phase === 'revoke') it(`close ${name}`, async () => {
    const h = await startHarness();
    await types(h, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    await clicks(h, 'olivia', 'Approve for 8 h');
    const f = h.sandbox.atlas.addFault({ ...fault, call: 'revoke', ...(name === 'hang' ? { times: 2 } : {}) });
    await types(h, 'erin', 'revoke ledger-prod');
    say(`\n====== revoke ${name}\nanswer: ${await submits(h, 'erin')}\nhits ${f.hits()}`);
    say(rootOf(h, await h.onlyGrant()));
    if (name !== 'hang') await h.advance(2 * minute);
    say(`--2min hits ${f.hits()}\n${rootOf(h, await h.onlyGrant())}`);
    f.clear();
    await h.advance(3 * minute);
    say(`--clear ${JSON.stringify(inAtlas(h, 'ledger-prod'))}\n${rootOf(h, await h.onlyGrant())}\n${notes(h, await h.onlyGrant()).join('\n~~\n')}`);
  });
  if (phase === 'block') it(`block ${name}`, async () => {
    const h = await startHarness();
    const f = h.sandbox.atlas.addFault({ ...fault, call: 'patchSettings', ...(name === 'hang' ? { times: 2 } : {}) });
    await types(h, 'olivia', 'unblock because the case needs it');
    say(`\n====== unblock ${name}\nanswer: ${await submits(h, 'olivia')}\nhits ${f.hits()}`);
    if (name !== 'hang') await h.advance(2 * minute);
    say(`--2min hits ${f.hits()}\n${await types(h, 'erin', 'status')}`);
    f.clear();
    await h.advance(6 * minute);
    say(`--clear ${h.sandbox.atlas.state.blocked}\n${h.sandbox.slack.messages(h.channel).map((m) => readable(h, m)).slice(2).join('\n~~\n')}`);
  });
}
