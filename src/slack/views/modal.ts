import { randomUUID } from 'node:crypto';
import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { asBlocks } from '../answer-client.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { say } from '../messages/words.ts';
import { plain } from '../text.ts';

/** Slack's limit for what can be typed into a text input. */
const longestInput = 3_000;
const longestTitle = 24;

/** What every modal keeps for later: where its person can be told something once they have closed it. */
export interface ModalOrigin {
  /** Of the command or click that the modal came from. */
  readonly responseUrl?: string;
}

export interface ModalContent {
  readonly title: string;
  readonly content: OutgoingMessage;
  /** What belongs to one input may stand beside it. */
  readonly inputs?: readonly KnownBlock[];
  /** A modal without one only shows something. */
  readonly submit?: { readonly callbackId: string; readonly label: string; readonly closeLabel?: string };
  /** Comes back with the submission; at most 3,000 characters as JSON. */
  readonly metadata?: object;
}

export function modal({ title, content, inputs = [], submit, metadata }: ModalContent): ModalView {
  return {
    type: 'modal',
    title: plain(title, longestTitle),
    ...(submit === undefined
      ? { close: plain('Close', longestTitle) }
      : {
          callback_id: submit.callbackId,
          submit: plain(submit.label, longestTitle),
          close: plain(submit.closeLabel ?? 'Cancel', longestTitle),
        }),
    ...(metadata === undefined ? {} : { private_metadata: JSON.stringify(metadata) }),
    blocks: [...asBlocks(content.blocks), ...inputs],
  };
}

/** Something to read, beside the inputs that it is about. */
export const asInputs = (pieces: readonly Piece[]): KnownBlock[] => pieces.flatMap(({ blocks }) => [...blocks]);

const defaultTitle = 'Support access';

/** An outcome, or anything else to read. */
export const readingModal = (content: OutgoingMessage): ModalView => modal({ title: defaultTitle, content });

export const loadingModal = (): ModalView =>
  readingModal(message(paragraph(say`Reading what this needs. One moment.`)));

/** Stands in for an outcome. Its external id tells when Slack has shown it. */
export function workingModal(): { view: ModalView; externalId: string } {
  const externalId = randomUUID();
  const view = readingModal(message(paragraph(say`Working on it. The outcome appears here.`)));
  return { view: { ...view, external_id: externalId }, externalId };
}

/** A text input with one line or several. Its block id is its action id. */
export function textInput(
  id: string,
  label: string,
  options: { readonly initial?: string; readonly hint?: string; readonly multiline?: boolean },
): InputBlock {
  const { initial = '', hint, multiline = true } = options;
  return {
    type: 'input',
    block_id: id,
    label: plain(label, 2_000),
    ...(hint === undefined ? {} : { hint: plain(hint, 2_000) }),
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline,
      ...(initial === '' ? {} : { initial_value: plain(initial, longestInput).text }),
    },
  };
}

/** What was entered in an input whose block id is its action id; empty when nothing was. */
export function entered(view: Pick<ViewOutput, 'state'>, id: string): string {
  const held = view.state.values[id]?.[id];
  return held?.selected_option?.value ?? held?.value ?? '';
}

/** The metadata of a modal; undefined when it is of another form, as after an update of the bot. */
export function metadataOf<T>(view: Pick<ViewOutput, 'private_metadata'>, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(view.private_metadata));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export const originSchema = z.object({ responseUrl: z.string().optional() });
