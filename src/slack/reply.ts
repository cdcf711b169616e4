import { setTimeout as pause } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import type { Logger } from '../log.ts';
import type { OutgoingMessage } from '../work/messenger.ts';
import type { AnswerClient, OpenModal } from './answer-client.ts';
import { loadingModal, readingModal } from './views/modal.ts';

/** Trigger ids live for 3 seconds: what takes longer than this gets a loading view first. */
const patienceMs = 1_000;

/** What somebody is shown next. */
export type Step =
  | { readonly kind: 'show'; readonly view: ModalView }
  | { readonly kind: 'tell'; readonly message: OutgoingMessage }
  /** Something that takes its time and ends in a message. */
  | { readonly kind: 'work'; readonly run: () => Promise<OutgoingMessage> };

export interface ReplyOptions {
  readonly client: AnswerClient;
  readonly log: Logger;
  /** The modal in front of the person. */
  readonly modal?: OpenModal;
  /** Of the command or click. */
  readonly responseUrl?: string;
  /** The thread in which the person clicked. */
  readonly threadTs?: string;
}

/**
 * Tells one person what became of what they did: in the modal that is open before them, and otherwise, or when they have
 * closed it, by a message that only they see.
 */
export class Reply {
  readonly #options: ReplyOptions;
  #modal: OpenModal | undefined;

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#modal = options.modal;
  }

  /** For modals, which keep it. */
  get responseUrl(): string | undefined {
    return this.#options.responseUrl;
  }

  /** Never throws: what could not be told is logged. */
  async tell(message: OutgoingMessage): Promise<void> {
    const { client, log, responseUrl, threadTs } = this.#options;
    if (this.#modal !== undefined) {
      try {
        await this.#update(this.#modal, readingModal(message));
        return;
      } catch (error) {
        log.debug({ err: error }, 'An outcome could not be shown in its modal');
      }
    }
    if (responseUrl === undefined) {
      log.warn({ text: message.text }, 'Somebody could not be told an outcome: their modal is closed');
      return;
    }
    try {
      await client.respond(responseUrl, message, threadTs);
    } catch (error) {
      log.warn({ err: error, text: message.text }, 'Somebody could not be told an outcome');
    }
  }

  /** Opens or tells whatever `decide` settles on; a loading view stands in as soon as that takes a while. */
  async decide(triggerId: string, decide: () => Promise<Step>): Promise<void> {
    const deciding = decide();
    // It is awaited below, but the loading view may fail before that.
    deciding.catch(() => {});
    const step = await Promise.race([deciding, pause(patienceMs, undefined, { ref: false })]);
    if (step === undefined) this.#modal = await this.#options.client.openModal(triggerId, loadingModal());
    await this.carryOut(step ?? (await deciding), triggerId);
  }

  /** `triggerId` opens a modal where none is open. */
  async carryOut(step: Step, triggerId: string): Promise<void> {
    switch (step.kind) {
      case 'show':
        return this.#show(step.view, triggerId);
      case 'tell':
        return this.tell(step.message);
      case 'work':
        return this.tell(await step.run());
    }
  }

  async #show(view: ModalView, triggerId: string): Promise<void> {
    if (this.#modal === undefined) this.#modal = await this.#options.client.openModal(triggerId, view);
    else await this.#update(this.#modal, view);
  }

  async #update(modal: OpenModal, view: ModalView): Promise<void> {
    await this.#options.client.updateModal(modal, view);
    // The external id went with the view that carried it.
    this.#modal = { viewId: modal.viewId };
  }
}
