import { z } from 'zod';
import type { PageAct } from '../page/protocol.ts';

const id = z.string().min(1).max(255);
/** Slack's limit for the text of a message. */
const line = z.string().trim().min(1, 'is empty').max(40_000);
const json = z.record(z.string(), z.unknown());
const person = id;

const pageAct: z.ZodType<PageAct> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('send'), person, conversation: id, text: line }),
  z.strictObject({
    kind: z.literal('message-action'),
    person,
    conversation: id,
    ts: id,
    blockId: id,
    actionId: id,
    value: json.optional(),
  }),
  z.strictObject({
    kind: z.literal('view-action'),
    person,
    viewId: id,
    blockId: id,
    actionId: id,
    value: json.optional(),
  }),
  z.strictObject({ kind: z.literal('view-submit'), person, viewId: id }),
  z.strictObject({ kind: z.literal('view-close'), person, viewId: id }),
  z.strictObject({
    kind: z.literal('search'),
    person,
    viewId: id,
    blockId: id,
    actionId: id,
    query: z.string().max(1000),
  }),
  z.strictObject({ kind: z.literal('open-home'), person }),
  z.strictObject({ kind: z.literal('shortcut'), person, callbackId: id }),
  z.strictObject({ kind: z.literal('message-shortcut'), person, callbackId: id, conversation: id, ts: id }),
  z.strictObject({ kind: z.literal('read'), person, conversation: id }),
  z.strictObject({ kind: z.literal('atlas-block'), blocked: z.boolean() }),
  z.strictObject({ kind: z.literal('atlas-revoke'), projectId: id, cluster: id }),
  z.strictObject({ kind: z.literal('atlas-visit'), projectId: id, cluster: id }),
  z.strictObject({
    kind: z.literal('atlas-trouble'),
    trouble: z.enum(['none', 'slow', 'refuse', 'fail', 'away']),
  }),
  z.strictObject({ kind: z.literal('portal-switch'), tenant: id, on: z.boolean() }),
  z.strictObject({ kind: z.literal('clock'), to: z.enum(['hour', 'minute', 'next-reminder', 'next-end']) }),
  z.strictObject({ kind: z.literal('reset') }),
]);

/** Reads what the page sent, or says in words why it cannot be understood. */
export function readAct(body: string): { readonly act: PageAct } | { readonly problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { problem: 'The body is not JSON.' };
  }
  const result = pageAct.safeParse(parsed);
  return result.success
    ? { act: result.data }
    : { problem: `This is no act of the page: ${z.prettifyError(result.error)}` };
}
