import { setTimeout as pause } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import type { Logger } from '../log.ts';
import type { OrganizationLabel } from '../operations/context.ts';
import type { OutgoingMessage } from '../work/messenger.ts';
import type { AnswerClient, OpenModal, ShownForm } from './answer-client.ts';
import { labelledMessage, labelledView } from './labelled.ts';
import { loadingModal, readingModal } from './views/modal.ts';

/** Trigger ids live for 3 seconds: what takes longer than this gets a loading view first. */
const patienceMs = 1_000;

/** What somebody is shown next. */
export type Step =
  | { readonly kind: 'show'; readonly view: ModalView }
  /** On top of the modal that is open, which stays. */
  | { readonly kind: 'push'; readonly view: ModalView }
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
  /** Of a click in a home tab, or a shortcut: a modal tells best what became of it. */
  readonly triggerId?: string;
  /** Who is told directly where there is no address to answer to, and no modal, or none any more. */
  readonly direct?: string;
  /** Whose home tab it is that was opened: it tells what went wrong. */
  readonly home?: string;
}

/**
 * Tells one person what became of what they did: in the modal that is open before them, and otherwise, or when they have
 * closed it, by a message that only they see.
 */
export class Reply {
  readonly #options: ReplyOptions;
  #modal: OpenModal | undefined;
  #opening: Promise<void> | undefined;
  #label: OrganizationLabel | undefined;

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#modal = options.modal;
  }

  /** Whatever is told from now on says which organization it is about. */
  speakFor(label: OrganizationLabel | undefined): void {
    this.#label = label;
  }

  /** For modals, which keep it. */
  get responseUrl(): string | undefined {
    return this.#options.responseUrl;
  }

  /** Never throws: what could not be told is logged. */
  async tell(message: OutgoingMessage): Promise<void> {
    const { client, log, responseUrl, threadTs, triggerId, direct, home } = this.#options;
    if (this.#modal !== undefined || triggerId !== undefined) {
      try {
        await this.#show(readingModal(message), triggerId);
        return;
      } catch (error) {
        log.debug({ err: error }, 'An outcome could not be shown in its modal');
      }
    }
    if (home !== undefined) return this.#tellAtHome(home, message);
    const labelled = this.#label === undefined ? message : labelledMessage(message, this.#label);
    try {
      if (responseUrl !== undefined) await client.respond(responseUrl, labelled, threadTs);
      else if (direct !== undefined) await client.sendDirect(direct, labelled);
      else log.warn({ text: message.text }, 'Somebody could not be told an outcome: their modal is closed');
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
    if (step === undefined) await this.#hold(triggerId);
    await this.carryOut(step ?? (await deciding), triggerId);
  }

  /** Where only a modal can tell the outcome, a loading view stands in as soon as the task takes a while. */
  async whileHeld(task: () => Promise<void>): Promise<void> {
    const { triggerId } = this.#options;
    if (triggerId === undefined) return task();
    const running = task();
    // It is awaited below, but the loading view may fail before that.
    running.catch(() => {});
    const done = await Promise.race([running.then(() => true), pause(patienceMs, false, { ref: false })]);
    if (!done) await this.#hold(triggerId);
    await running;
  }

  /** `triggerId` opens a modal where none is open. */
  async carryOut(step: Step, triggerId: string): Promise<void> {
    switch (step.kind) {
      case 'show':
        return this.#show(step.view, triggerId);
      case 'push':
        return this.#options.client.pushModal(triggerId, this.#labelled(step.view));
      case 'tell':
        return this.tell(step.message);
      case 'work':
        return this.tell(await step.run());
    }
  }

  /**
   * Shows the form that somebody is filling in anew: what they have entered stays where the inputs keep their ids. Never
   * throws, and never takes the form away: as it was, it can be filled in and sent.
   */
  async refresh(form: ShownForm, make: () => Promise<ModalView | undefined>): Promise<void> {
    try {
      await this.#options.client.refreshModal(form, async () => {
        const view = await make();
        return view && this.#labelled(view);
      });
    } catch (error) {
      this.#options.log.warn({ err: error }, 'A form could not be shown anew');
    }
  }

  #labelled(view: ModalView): ModalView {
    return this.#label === undefined ? view : labelledView(view, this.#label);
  }

  async #show(view: ModalView, triggerId: string | undefined): Promise<void> {
    const first = this.#modal === undefined && this.#opening === undefined;
    if (first && triggerId !== undefined) return this.#open(view, triggerId);
    await this.#opening;
    if (this.#modal !== undefined) await this.#update(this.#modal, view);
  }

  /** A trigger id is good for one modal: whoever comes second waits for it. */
  #open(view: ModalView, triggerId: string): Promise<void> {
    this.#opening = this.#options.client.openModal(triggerId, this.#labelled(view)).then((modal) => {
      this.#modal = modal;
    });
    return this.#opening;
  }

  /** Keeps the trigger id from running out. */
  async #hold(triggerId: string): Promise<void> {
    if (this.#modal === undefined) await (this.#opening ?? this.#open(loadingModal(), triggerId));
  }

  async #tellAtHome(slackId: string, message: OutgoingMessage): Promise<void> {
    const { client, log } = this.#options;
    try {
      await client.publishHome(slackId, message);
    } catch (error) {
      log.warn({ err: error, text: message.text }, 'Somebody could not be told an outcome');
    }
  }

  async #update(modal: OpenModal, view: ModalView): Promise<void> {
    await this.#options.client.updateModal(modal, this.#labelled(view));
    // The external id went with the view that carried it.
    this.#modal = { viewId: modal.viewId };
  }
}
