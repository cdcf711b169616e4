import { setTimeout as pause } from 'node:timers/promises';
import type { KnownBlock, ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import type { Logger } from '../log.ts';
import type { OutgoingMessage } from '../work/messenger.ts';
import { clientLogger } from './client-logger.ts';
import { refusalCode } from './messenger-errors.ts';

const timeoutMs = 8_000;
/** It is only a help: nobody is kept waiting for it. */
const permalinkMs = 2_000;
const externalIdTries = 8;
const externalIdPauseMs = 150;

/** A modal that is open, or about to be. */
export interface OpenModal {
  readonly viewId: string;
  /** Of a view that stands in the answer to a submission: until Slack has shown that answer, it knows no such view. */
  readonly externalId?: string;
}

/** A modal as it was when somebody chose something in it. */
export interface ShownForm {
  readonly id: string;
  /** Changes with every view that Slack shows in it. */
  readonly hash: string;
}

/**
 * What is shown to one person: modals, and messages that only they see. All of it is best effort and none of it is owed, so
 * this client retries by itself, but briefly: somebody is waiting.
 */
export class AnswerClient {
  readonly #client: WebClient;
  readonly #fetch: typeof fetch;
  /** Under way, by view; each gives the hash of what it has shown. */
  readonly #refreshes = new Map<string, Promise<string | undefined>>();

  constructor(options: { token: string; apiUrl: string; fetch?: typeof fetch; log: Logger }) {
    const { token, apiUrl, log } = options;
    this.#fetch = options.fetch ?? fetch;
    this.#client = new WebClient(token, {
      slackApiUrl: apiUrl,
      timeout: timeoutMs,
      fetch: this.#fetch,
      retryConfig: { retries: 2, minTimeout: 200, maxTimeout: 1_000 },
      // Waiting would hold up everybody else's modals, whose trigger ids live for 3 seconds.
      rejectRateLimitedCalls: true,
      logger: clientLogger(log),
    });
  }

  /** A `trigger_id` is good for one modal and 3 seconds. */
  async openModal(triggerId: string, view: ModalView): Promise<OpenModal> {
    const answer = await this.#client.views.open({ trigger_id: triggerId, view });
    if (answer.view?.id === undefined) throw new Error('Slack opened a modal without saying which');
    return { viewId: answer.view.id };
  }

  /** On top of the modal from whose button the trigger came; closing it leads back there. */
  async pushModal(triggerId: string, view: ModalView): Promise<void> {
    await this.#client.views.push({ trigger_id: triggerId, view });
  }

  /** Throws when the person has closed it. */
  async updateModal({ viewId, externalId }: OpenModal, view: ModalView): Promise<void> {
    if (externalId !== undefined && (await this.#updatedByExternalId(externalId, view))) return;
    await this.#client.views.update({ view_id: viewId, view });
  }

  /**
   * Shows a form anew, unless anything else was shown in it meanwhile, such as what came of sending it; nothing is shown
   * where nothing is made. Choices made quickly after
   * each other are shown in their order: the last one knows of the others.
   */
  async refreshModal({ id, hash }: ShownForm, make: () => Promise<ModalView | undefined>): Promise<void> {
    const earlier = this.#refreshes.get(id);
    const refresh = this.#refreshed(id, hash, make, earlier);
    this.#refreshes.set(id, refresh);
    try {
      await refresh;
    } finally {
      if (this.#refreshes.get(id) === refresh) this.#refreshes.delete(id);
    }
  }

  /** To somebody who has closed, or was never shown, the modal that would tell it. */
  async sendDirect(slackId: string, { text, blocks }: OutgoingMessage): Promise<void> {
    await this.#client.chat.postMessage({ channel: slackId, text, blocks: asBlocks(blocks) });
  }

  /** In place of what somebody's home tab showed. */
  async publishHome(slackId: string, { blocks }: OutgoingMessage): Promise<void> {
    await this.#client.views.publish({ user_id: slackId, view: { type: 'home', blocks: asBlocks(blocks) } });
  }

  /** Undefined where the bot may not see the message, or Slack does not say it at once. */
  async permalink(channel: string, messageTs: string): Promise<string | undefined> {
    const asked = this.#client.chat.getPermalink({ channel, message_ts: messageTs }).then(
      (answer) => answer.permalink,
      () => undefined,
    );
    return Promise.race([asked, pause(permalinkMs, undefined, { ref: false })]);
  }

  /**
   * To whoever the response URL was made for, who alone sees it. Good for 5 uses within 30 minutes (Slack documentation,
   * "Handling user interaction").
   */
  async respond(responseUrl: string, message: OutgoingMessage, threadTs?: string): Promise<void> {
    const response = await this.#fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, thread_ts: threadTs, ...message }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`Slack refused an answer to a response URL (HTTP ${response.status})`);
  }

  async #refreshed(
    id: string,
    hash: string,
    make: () => Promise<ModalView | undefined>,
    earlier: Promise<string | undefined> | undefined,
  ): Promise<string | undefined> {
    const view = await make();
    // The choice was made in the view that an earlier one is just replacing.
    const current = (await earlier?.catch(() => undefined)) ?? hash;
    if (view === undefined) return current;
    try {
      const answer = await this.#client.views.update({ view_id: id, hash: current, view });
      return answer.view?.hash;
    } catch (error) {
      // Something else is shown there, or the person has closed it.
      if (!['hash_conflict', 'not_found'].includes(refusalCode(error) ?? '')) throw error;
      return undefined;
    }
  }

  /**
   * The acknowledgement that shows the view and this update travel separately. Were the update first, the acknowledgement
   * would replace it, so it waits for the view that only the acknowledgement brings. False when that never came: the
   * person has closed the modal.
   */
  async #updatedByExternalId(externalId: string, view: ModalView): Promise<boolean> {
    for (let tries = 0; tries < externalIdTries; tries += 1) {
      try {
        await this.#client.views.update({ external_id: externalId, view });
        return true;
      } catch (error) {
        if (refusalCode(error) !== 'not_found') throw error;
        await pause(externalIdPauseMs);
      }
    }
    return false;
  }
}

/** Slack is the judge of blocks: the types of messages here say only that they are objects. */
export const asBlocks = (blocks: readonly object[]): KnownBlock[] => [...blocks] as KnownBlock[];
