import { it } from 'vitest';
import { people } from '../../src/sandbox/demo-workspace.ts';
import { renderAsText } from '../../src/sandbox/slack/render-text.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { channelName, type Harness, startHarness } from '../support/harness.ts';

const render = (h: Harness, m: object) =>
  renderAsText(m as never, { now: h.sandbox.clock.now(), names: (id) => h.sandbox.slack.state.directory.nameOf(id) });
async function alone(h: Harness, who: Person, act: () => Promise<{ readonly ephemerals: readonly object[] }>) {
  const had = who.hasModal() ? who.modal().text : '';
  const reply = await act();
  await h.idle();
  const modal = who.hasModal() ? who.modal().text : '';
  return [...reply.ephemerals.map((m) => render(h, m)), modal === had ? '' : `MODAL ${modal}`].filter((t) => t).join('\n---\n');
}
const say = (t: string) => process.stdout.write(`${t}\n`);

async function tryAll(h: Harness, name: string, who: Person) {
  say(`\n================ ${name}`);
  const types = async (words: string) => {
    say(`\n$ ${words}\n${await alone(h, who, () => who.types(`/support-access ${words}`, { channel: channelName }))}`);
    if (who.hasModal()) await who.modal().close();
  };
  for (const words of ['whoami', 'status', 'request events-prod 4h infrastructure Primary steps down often', 'grant warehouse 4h infrastructure Primary steps down often', 'revoke ledger-prod', 'block', 'unblock because the case needs it']) await types(words);
  for (const b of ['Approve for 8 h', 'Deny', 'Revoke now']) {
    try {
      say(`\n[${b}]\n${await alone(h, who, () => who.clicks(b, { channel: channelName, message: b === 'Revoke now' ? 'ledger-prod is open' : 'support access to payments-prod' }))}`);
    } catch (e) { say(`\n[${b}] ${(e as Error).message.slice(0, 80)}`); }
    if (who.hasModal()) await who.modal().close();
  }
}
async function prepared(settings: Record<string, string> = {}) {
  const h = await startHarness({ settings });
  await h.olivia.types('/support-access grant ledger-prod 8h logs Disk latency on the primary', { channel: channelName });
  await h.idle();
  await h.erin.types('/support-access request payments-prod 8h logs Primary steps down every minute', { channel: channelName });
  await h.idle();
  return h;
}

import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { runCommand } from '../../src/cli/commands.ts';
import { compose } from '../../src/compose.ts';
import { createLogger } from '../../src/log.ts';
import { hour, minute } from '../support/harness.ts';
const types = async (h: Harness, who: Person, words: string) => {
  say(`\n$ ${words}\n${await alone(h, who, () => who.types(`/support-access ${words}`, { channel: channelName }))}`);
};
const clicks = async (h: Harness, who: Person, b: string, message?: string) =>
  say(`\n[${b}]\n${await alone(h, who, () => who.clicks(b, { channel: channelName, message }))}`);
const chan = (h: Harness) => say(`\nCHANNEL\n${h.olivia.sees(channelName)}`);
const sole = { ...demoSeed, users: demoSeed.users.map((u) => (u.email.startsWith('oscar') ? { ...u, orgRoles: ['ORG_MEMBER'] } : u)) };
it('narrowed', async () => {
  const h = await prepared({ PORTCULLIS_OWNERS: people.olivia });
  await tryAll(h, 'oscar narrowed', h.oscar);
});
it('own', async () => {
  const h = await startHarness({ settings: { OWN_APPROVAL_COUNTS: 'false' } });
  say('\n==== own approvals do not count');
  await types(h, h.olivia, 'whoami');
  await types(h, h.olivia, 'grant ledger-prod 8h logs Disk latency on the primary');
  await clicks(h, h.olivia, 'Approve for 8 h');
  chan(h);
  await clicks(h, h.oscar, 'Approve for 8 h');
  chan(h);
});
it('sole', async () => {
  const h = await startHarness({ atlasSeed: sole, settings: { OWN_APPROVAL_COUNTS: 'false' } });
  say('\n==== sole');
  await types(h, h.olivia, 'grant ledger-prod 8h logs Disk latency on the primary');
  await clicks(h, h.olivia, 'Approve for 8 h');
  await types(h, h.olivia, 'whoami');
  chan(h);
});
it('lost', async () => {
  say('\n==== lost');
  const h = await startHarness();
  await types(h, h.erin, 'request ledger-prod 8h logs Disk latency on the primary');
  h.sandbox.atlas.state.setUserRoles('oscar.second@meridian.example', { orgRoles: ['ORG_MEMBER'] });
  await clicks(h, h.oscar, 'Approve for 8 h');
  await clicks(h, h.oscar, 'Deny');
  say(JSON.stringify(h.audits().at(-1)));
});
it('link', async () => {
  say('\n==== link');
  const h = await startHarness();
  await types(h, h.erin, 'request ledger-prod 8h logs Disk latency on the primary');
  h.sandbox.slack.setUser(people.dana, { email: 'Oscar.Second@Meridian.example' });
  await types(h, h.dana, 'whoami');
  await types(h, h.dana, 'grant warehouse 8h logs Disk latency on the primary');
  await clicks(h, h.dana, 'Approve for 8 h');
  chan(h);
  await clicks(h, h.dana, 'Confirm link');
  await clicks(h, h.erin, 'Confirm link');
  await types(h, h.dana, 'unblock because the case needs it');
  await clicks(h, h.olivia, 'Confirm link');
  chan(h);
  await clicks(h, h.dana, 'Approve for 8 h');
  await types(h, h.oscar, 'whoami');
  chan(h);
  h.sandbox.slack.setUser(people.dana, { email: 'dana.developer@meridian.example' });
  await types(h, h.dana, 'whoami');
  await types(h, h.oscar, 'whoami');
  await h.advance(11 * minute);
  chan(h);
});
it('op', async () => {
  say('\n==== operator');
  const h = await startHarness({ atlasSeed: sole });
  h.sandbox.slack.setUser(people.dana, { email: 'olivia.owner@meridian.example' });
  await h.advance(11 * minute);
  chan(h);
  const { context, client } = compose({ config: h.sandbox.config, clock: h.sandbox.clock, log: createLogger({ level: 'info', destination: { write: () => {} } }) });
  const cmd = async (...w: string[]) => say(`\n% ${w.join(' ')}\n${JSON.stringify(await runCommand(w, context, { operator: 'root', operationId: w.join() }))}`);
  await cmd('link', 'list');
  await cmd('link', 'confirm', 'olivia.owner@meridian.example', 'U0NOBODY1');
  await cmd('link', 'confirm', 'nobody@meridian.example', people.dana);
  await cmd('link', 'confirm', 'Olivia.Owner@meridian.example', people.dana);
  await cmd('link', 'confirm', 'Olivia.Owner@meridian.example', people.dana);
  await cmd('link', 'list');
  await cmd('linc');
  await client.close();
  await h.advance(minute);
  chan(h);
});
