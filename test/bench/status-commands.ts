import { expect } from 'vitest';
import { channelName, demoWorkspace, people } from '../../src/sandbox/demo-workspace.ts';
import { slashCommand } from '../../src/slack/messages/vocabulary.ts';
import { Subject, type Surroundings } from './subject.ts';
import type { LoadAnswer, LoadOrder } from './subjects/load.ts';

export const connections = 32;

/** Somebody who types `/support-access status` again and again, from a process of its own. */
export class StatusCommands {
  readonly #surroundings: Surroundings;
  readonly #load: Subject<LoadOrder, LoadAnswer>;
  #expected = 0;

  private constructor(surroundings: Surroundings, load: Subject<LoadOrder, LoadAnswer>) {
    this.#surroundings = surroundings;
    this.#load = load;
  }

  static async start(surroundings: Surroundings): Promise<StatusCommands> {
    return new StatusCommands(surroundings, await Subject.start<LoadOrder, LoadAnswer>('load'));
  }

  /** Resolves when all were acknowledged. With `answers: false`, to an app that does no more than that. */
  async send(port: number, requests: number, { answers = true } = {}): Promise<LoadAnswer> {
    if (answers) this.#expected += requests;
    return this.#load.ask({
      port,
      signingSecret: demoWorkspace.signingSecret,
      connections,
      requests,
      fields: {
        team_id: demoWorkspace.teamId ?? '',
        channel_id: this.#surroundings.settings.SLACK_CHANNEL_ID ?? '',
        channel_name: channelName,
        user_id: people.erin,
        command: slashCommand,
        text: 'status',
      },
      responseUrls: await this.#surroundings.ask({ do: 'response-urls', count: requests }),
    });
  }

  /** Resolves when every answer so far has reached whoever typed. */
  async answered(): Promise<void> {
    const count = () => this.#surroundings.ask({ do: 'count-answers' });
    await expect.poll(count, { timeout: 120_000, interval: 20 }).toBe(this.#expected);
  }
}
