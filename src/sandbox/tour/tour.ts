import type { Demo } from '../demo.ts';
import { meridian, shield } from '../demo-organizations.ts';
import { channelName, people } from '../demo-workspace.ts';
import type { Person } from '../slack/person.ts';
import { Narrator } from './narrator.ts';
import { playPortalScenes } from './portal-scenes.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Plays the main job from the first look to a grant that was ended early, at both vendors, printing what people see. */
export async function playTour(demo: Demo, write: (text: string) => void): Promise<void> {
  const { sandbox } = demo;
  const narrator = new Narrator(sandbox, write, (id) => id !== shield.channel);
  const person = (name: keyof typeof people): Person => sandbox.workspace.person(people[name]);
  const channel = { channel: channelName };
  const settle = async (): Promise<void> => {
    await sandbox.idle();
    narrator.show();
  };
  const types = async (who: keyof typeof people, line: string, where = channelName): Promise<void> => {
    narrator.says(`${nameOf(who)} types in #${where}:  ${line}`);
    await person(who).types(line, { channel: where });
    await settle();
  };
  const inAtlas = (project: string, cluster: string): void => {
    const found = sandbox.atlas.state.projects.find(({ name }) => name === project);
    const grant = found && sandbox.atlas.state.grants.get(`${found.id}/${cluster}`);
    const held = grant ? `${grant.grantType} until ${grant.expirationTime.toISOString()}` : 'no grant';
    narrator.says(`Atlas, asked directly, holds for ${cluster}: ${held}`);
  };

  narrator.step('1. Where do we stand?');
  await types('erin', '/support-access status');

  narrator.step('2. An owner shuts support out');
  await types('olivia', '/support-access block');
  narrator.modal('Olivia', person('olivia').modal().text);
  await person('olivia').modal().submit();
  await settle();

  narrator.step('3. A case needs access: an engineer asks');
  await types('erin', '/support-access request payments-prod 8h logs Primary steps down every few minutes since 08:40');

  narrator.step('4. Somebody without the right clicks Approve');
  narrator.says('Erin clicks [Approve for 8 h]');
  await person('erin').clicks('Approve for 8 h', channel);
  await settle();

  narrator.step('5. An owner approves');
  narrator.says('Olivia clicks [Approve for 8 h] and confirms');
  await person('olivia').clicks('Approve for 8 h', channel);
  await settle();
  inAtlas('payments', 'payments-prod');

  await sandbox.advance(4 * hour);
  narrator.step('6. Four hours before the end');
  await settle();

  await sandbox.advance(3.5 * hour);
  narrator.says('Half an hour before the end, once more:');
  await settle();
  await sandbox.advance(0.5 * hour);
  narrator.step('7. The end comes by itself');
  await settle();
  inAtlas('payments', 'payments-prod');

  narrator.step('8. A request is denied');
  await types(
    'sam',
    '/support-access request warehouse 24h infrastructure Query targeting alert, support wants to look',
  );
  narrator.says('Oscar clicks [Deny]');
  await person('oscar').clicks('Deny', channel);
  await sandbox.idle();
  const denial = person('oscar').modal();
  await denial.fill('Reason', 'The nightly load explains the alert. Ask again if it returns tomorrow.');
  narrator.modal('Oscar', denial.text);
  await denial.submit();
  await settle();

  narrator.step('9. An owner opens at once, and ends it early');
  await types('olivia', '/support-access grant ledger-prod 2h infrastructure Disk latency on the primary, case open');
  await sandbox.advance(35 * minute);
  narrator.says('35 minutes later, everything has been dealt with.');
  await types('olivia', '/support-access revoke ledger-prod');
  narrator.modal('Olivia', person('olivia').modal().text);
  await person('olivia').modal().submit();
  await settle();
  narrator.modal('Olivia', person('olivia').modal().text);
  await person('olivia').modal().close();
  inAtlas('payments', 'ledger-prod');

  narrator.step('10. Two owners decide at the same moment');
  await types(
    'dana',
    '/support-access request events-prod 1h infrastructure Oplog window keeps shrinking',
    'engineering',
  );
  narrator.says('Dana clicks [Meridian Health]');
  await person('dana').clicks(meridian.name, { channel: 'engineering' });
  await settle();
  narrator.says('Olivia and Oscar click [Approve for 1 h] at once');
  await Promise.all([
    person('olivia').clicks('Approve for 1 h', channel),
    person('oscar').clicks('Approve for 1 h', channel),
  ]);
  await settle();

  await playPortalScenes(demo, write);
}

const nameOf = (who: keyof typeof people): string => `${who.charAt(0).toUpperCase()}${who.slice(1)}`;
