import type { Demo } from '../demo.ts';
import { shield } from '../demo-organizations.ts';
import { people } from '../demo-workspace.ts';
import { Narrator } from './narrator.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const [production] = shield.tenants;
const channel = { channel: shield.channelName };

/** Plays the other vendor: seven days at a portal, brought up twice, disabled by hand, with a gate that asks. */
export async function playPortalScenes(demo: Demo, write: (text: string) => void): Promise<void> {
  const { sandbox, portal } = demo;
  const narrator = new Narrator(sandbox, write, (id) => id === shield.channel);
  const erin = sandbox.workspace.person(people.erin);
  const olivia = sandbox.workspace.person(people.olivia);
  const settle = async (): Promise<void> => {
    await sandbox.idle();
    narrator.show();
  };
  const atTheGate = async (): Promise<void> => {
    const { id, name } = production;
    const { question, status } = await demo.askGate(id);
    const { enabled, level, expiresAt } = portal.switches.status(id);
    const held = enabled ? `on, ${level}, until ${expiresAt}` : 'off';
    narrator.says(`Shield, asked directly, has the switch of ${name}: ${held}
A gate in front of ${name} asks Portcullis: ${question} → ${status}, support ${status === 204 ? 'is let in' : 'is kept out'}`);
  };

  narrator.step('11. Another vendor: a portal, for seven days');
  narrator.says(`Erin types in #${shield.channelName}:  /support-access status`);
  await erin.types('/support-access status', channel);
  await settle();
  await atTheGate();
  narrator.says(`Olivia types in #${shield.channelName}:  /support-access grant`);
  await olivia.types('/support-access grant', channel);
  await settle();
  const prompt = olivia.modal();
  await prompt.searches('Tenant', 'prod');
  await prompt.choose('Tenant', production.name);
  await sandbox.idle();
  await prompt.fill('Reason', 'Alerts of two sites have stopped arriving since Sunday');
  narrator.modal('Olivia', prompt.text);
  await prompt.submit();
  await settle();
  narrator.modal('Olivia', olivia.modal().text);
  await olivia.modal().close();
  await atTheGate();

  await sandbox.advance(6 * day, { strideMs: 2 * day });
  narrator.step('12. A day before the end');
  await settle();
  await sandbox.advance(22 * hour, { strideMs: 6 * hour });
  narrator.says('Two hours before the end, once more:');
  await settle();

  narrator.step('13. An owner disables it');
  narrator.says('Olivia clicks [Disable now]');
  const { confirm = '' } = await olivia.clicks('Disable now', channel);
  narrator.modal('Olivia', confirm);
  await settle();
  await atTheGate();
}
