import { type Delivery, sentAgain } from '../ledger/delivery.ts';
import type { OperationContext } from './context.ts';

type DeliveryContext = Pick<OperationContext, 'deliveries' | 'ledger' | 'organizationId' | 'clock'>;

export type DeliveriesShown =
  /** `head` is the sequence number of the ledger's last entry. */
  | { readonly kind: 'shown'; readonly delivery: Delivery; readonly head: number }
  | { readonly kind: 'no-webhook' }
  /** The bot has not been started with this webhook yet. */
  | { readonly kind: 'not-begun' };

/** How far the ledger has been sent, and what has become of the rest. */
export async function showDeliveries(context: DeliveryContext): Promise<DeliveriesShown> {
  const { deliveries, ledger, organizationId } = context;
  if (deliveries === undefined) return { kind: 'no-webhook' };
  const delivery = await deliveries.find(deliveries.id);
  if (delivery === undefined) return { kind: 'not-begun' };
  return { kind: 'shown', delivery, head: (await ledger.head(organizationId)).sequence };
}

export type DeliveriesRetried =
  | { readonly kind: 'sent-again'; readonly sequences: readonly number[]; readonly delivery: Delivery }
  /** The entry that was named was not given up. */
  | { readonly kind: 'no-dead-letter' }
  | Exclude<DeliveriesShown, { kind: 'shown' }>;

/** Has entries that were given up sent once more by the bot, all of them or one; and what a destination had stopped. */
export async function retryDeliveries(context: DeliveryContext, sequence?: number): Promise<DeliveriesRetried> {
  const { deliveries, clock } = context;
  if (deliveries === undefined) return { kind: 'no-webhook' };
  let sequences: readonly number[] = [];
  const outcome = await deliveries.update<'no-dead-letter'>(deliveries.id, (delivery) => {
    const given = delivery.deadLetters.map((letter) => letter.sequence);
    sequences = sequence === undefined ? given : given.filter((one) => one === sequence);
    if (sequence !== undefined && sequences.length === 0) return { ok: false, refusal: 'no-dead-letter' };
    return { ok: true, doc: sentAgain(delivery, sequences, clock.now()) };
  });
  switch (outcome.kind) {
    case 'done':
      return { kind: 'sent-again', sequences, delivery: outcome.doc };
    case 'refused':
      return { kind: outcome.refusal };
    case 'missing':
      return { kind: 'not-begun' };
    case 'duplicate':
      throw new Error(`Nothing of a delivery is unique but its id: ${outcome.index}`);
  }
}
