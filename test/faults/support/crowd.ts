import { people } from '../../../src/sandbox/demo-workspace.ts';
import { pressablesIn } from '../../../src/sandbox/slack/finding.ts';
import type { SlackMessage } from '../../../src/sandbox/slack/ledger.ts';
import type { Person } from '../../../src/sandbox/slack/person.ts';
import type { ChildBot } from '../../support/child-bot.ts';
import { clusterName, type FaultStage } from './fault-stage.ts';
import type { Random } from './random.ts';

const askers = [people.erin, people.priya, people.olivia, people.oscar];
const pressed = /^(Approve for|Deny$|Cancel request$|Revoke now$|Let it end$|Extend$)/;
const durations = ['30m', '1h', '2h'];
const accessTypes = ['infrastructure', 'logs'];

/** What somebody was given for what they did, as far as that is known by now. */
interface Begun {
  readonly who: string;
  readonly what: string;
  readonly at: Date;
  readonly bot: ChildBot;
  readonly person: Person;
  readonly done: Promise<{ readonly ephemerals: readonly unknown[]; readonly failure?: string }>;
}

/** People who ask, decide, look and change their minds, each by some process, in no particular order. */
export class Crowd {
  readonly #stage: FaultStage;
  readonly #random: Random;
  readonly #clusters: number;

  constructor(stage: FaultStage, random: Random, clusters: number) {
    this.#stage = stage;
    this.#random = random;
    this.#clusters = clusters;
  }

  /** Up to so many people do something at once; resolves when Slack has sent it all, whatever became of it. */
  async act(most: number): Promise<() => Promise<void>> {
    const { bots } = this.#stage;
    if (bots.length === 0) return async () => {};
    const waiting = [...askers];
    const begun: Begun[] = [];
    for (let left = 1 + this.#random.int(most); left > 0 && waiting.length > 0; left--) {
      const [who = people.erin] = waiting.splice(this.#random.int(waiting.length), 1);
      const one = this.#begin(who, this.#random.pick(bots));
      if (one !== undefined) begun.push(one);
    }
    await Promise.all(begun.map(({ done }) => done));
    return async () => {
      await this.#stage.idle();
      for (const one of begun) await this.#settle(one);
    };
  }

  #begin(who: string, bot: ChildBot): Begun | undefined {
    const person = this.#stage.person(bot, who);
    const { channel } = this.#stage.around;
    const at = this.#stage.now;
    const types = (what: string): Begun => {
      return { who, what, at, bot, person, done: person.types(`/support-access ${what}`, { channel }) };
    };
    const chance = this.#random.next();
    if (chance < 0.3) return types(this.#asking(who));
    if (chance < 0.35) return types('status');
    const buttons = this.#buttons();
    if (buttons.length === 0) return types(this.#asking(who));
    const { message, ids, label } = this.#random.pick(buttons);
    return { who, what: label, at, bot, person, done: person.uses(message, ids) };
  }

  #asking(who: string): string {
    const owner = who === people.olivia || who === people.oscar;
    const word = owner && this.#random.int(2) === 0 ? 'grant' : 'request';
    const cluster = clusterName(1 + this.#random.int(this.#clusters));
    return `${word} ${cluster} ${this.#random.pick(durations)} ${this.#random.pick(accessTypes)} The disk is failing again`;
  }

  /** Of the newest messages: nobody looks further back. */
  #buttons() {
    const messages: SlackMessage[] = this.#stage.around.slack.messages(this.#stage.around.channel).slice(-40);
    return messages.flatMap((message) =>
      pressablesIn(message.blocks)
        .filter(({ label }) => pressed.test(label))
        .map(({ blockId, actionId, label }) => ({ message, ids: { blockId, actionId }, label })),
    );
  }

  async #settle({ who, what, at, bot, person, done }: Begun): Promise<void> {
    const reply = await done;
    const shown = person.hasModal();
    const answered = shown || reply.ephemerals.length > 0 || reply.failure !== undefined;
    this.#stage.deeds.push({ who, what, at, answered, diedWithIt: !bot.isRunning });
    if (!shown) return;
    const modal = person.modal();
    if (what !== 'Deny' || !bot.isRunning) {
      await modal.close();
      return;
    }
    await modal.fill('Reason', 'Not needed any more').catch(() => undefined);
    const sent = await modal.submit().catch(() => undefined);
    await this.#stage.idle();
    this.#stage.deeds.push({
      who,
      what: 'a reason for a denial',
      at,
      answered: person.hasModal() || (sent?.ephemerals.length ?? 0) > 0 || sent?.failure !== undefined,
      diedWithIt: !bot.isRunning,
    });
    if (person.hasModal()) await person.modal().close();
  }
}
