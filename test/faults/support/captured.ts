import type { Delivery } from '../../../src/sandbox/slack/courier.ts';
import type { Modal } from '../../../src/sandbox/slack/modal.ts';
import { shortcuts } from '../../../src/slack/shortcuts.ts';
import type { CrashStage } from '../../support/crash-stage.ts';
import { channelName, people } from '../../support/harness.ts';

type Name = keyof typeof people;

/** Lets people use everything there is, and returns what Slack sent the bot of it: real payloads of every kind. */
export async function capturePayloads(stage: CrashStage): Promise<readonly Delivery[]> {
  const workspace = stage.workspace();
  const idle = () => stage.bot.idle();
  const person = (name: Name) => workspace.person(people[name]);
  const types = async (name: Name, words: string): Promise<void> => {
    await person(name).types(`/support-access ${words}`, { channel: channelName });
    await idle();
  };
  const clicks = async (name: Name, label: string): Promise<void> => {
    await person(name).clicks(label, { channel: channelName });
    await idle();
  };
  const submits = async (modal: Modal): Promise<void> => {
    await modal.submit();
    await idle();
  };

  for (const words of ['help', 'status', 'whoami', 'history', 'nonsense <!channel>']) await types('erin', words);
  await types('erin', 'request cluster-001 1h logs Primary steps down again');
  await clicks('olivia', 'Approve for 1 h');
  await types('olivia', 'extend cluster-001 2h');
  await types('olivia', 'change cluster-001 infrastructure');
  await types('erin', 'revoke cluster-001');
  await types('erin', 'request cluster-002');
  const form = person('erin').modal();
  await form.searches('Cluster', 'cluster-003');
  await form.choose('Cluster', 'cluster-003');
  await idle();
  await form.fill('Reason', 'Disk latency on the primary');
  await submits(form);
  await clicks('olivia', 'Deny');
  await submits(person('olivia').modal());
  for (const words of ['unblock planned maintenance with support', 'block', 'lockdown', 'settings']) {
    await types('olivia', words);
    if (person('olivia').hasModal()) await submits(person('olivia').modal());
  }
  await types('erin', 'request cluster-004 1h logs Slow queries since noon');
  await person('erin').opensHome();
  await idle();
  await person('erin').usesShortcut(shortcuts.ask);
  await idle();
  await person('erin').usesMessageShortcut(shortcuts.askAboutMessage, { channel: channelName });
  await idle();
  return workspace.deliveries;
}
