import type { ManualClock } from '../../../src/sandbox/manual-clock.ts';
import { isObject, stringIn } from '../../../src/sandbox/slack/json.ts';
import type { SlackMessage } from '../../../src/sandbox/slack/ledger.ts';
import { renderAsText } from '../../../src/sandbox/slack/render-text.ts';
import type { Surroundings } from '../../support/surroundings.ts';
import type { Held, Posted } from './world.ts';

/** Writes down, at its time, what the provider holds and what the bot posts. */
export class Recorder {
  readonly held: Held[] = [];
  readonly posts: Posted[] = [];
  readonly #clock: ManualClock;
  readonly #slack: Surroundings['slack'];

  constructor(clock: ManualClock, { atlas, slack }: Pick<Surroundings, 'atlas' | 'slack'>) {
    this.#clock = clock;
    this.#slack = slack;
    atlas.state.onEvent(() => {
      const { groupId, clusterName } = atlas.state.events.at(-1) ?? {};
      if (groupId === undefined || clusterName === undefined) return;
      const grant = atlas.state.findGrant(groupId, clusterName);
      const terms = grant && { type: grant.grantType, until: grant.expirationTime };
      this.held.push({ targetId: `${groupId}/${clusterName}`, at: clock.now(), ...(terms && { terms }) });
    });
    slack.state.ledger.onChange(() => {
      const all = slack.state.ledger.everyMessage();
      for (const message of all.slice(this.posts.length)) this.posts.push(this.#posted(message));
    });
  }

  /** What stands in a channel now, by `ts`, as a reader sees it. */
  standing(channel: string): Map<string, string> {
    return new Map(this.#slack.messages(channel).map((message) => [message.ts, this.#read(message)]));
  }

  #posted(message: SlackMessage): Posted {
    const { channel, ts, threadTs, metadata } = message;
    const payload = isObject(metadata?.event_payload) ? metadata.event_payload : {};
    const effectId = stringIn(payload.effect);
    return {
      channel,
      ts,
      ...(threadTs !== undefined && { threadTs }),
      ...(effectId !== undefined && { effectId }),
      text: this.#read(message),
      at: this.#clock.now(),
    };
  }

  #read(message: SlackMessage): string {
    return renderAsText(message, { now: this.#clock.now(), names: (id) => id });
  }
}
