import type { Db } from 'mongodb';
import type { Clock } from './clock.ts';
import type { OrganizationConfig } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createSigner } from './signing/create-signer.ts';
import { CheckpointStore } from './store/checkpoints.ts';
import { DeliveryStore } from './store/deliveries.ts';
import { LedgerStore } from './store/ledger.ts';
import type { Tracing } from './tracing.ts';
import { createWebhook } from './webhook/webhook.ts';
import { Deliveries } from './work/deliveries.ts';
import { createDeliveryPlan, givenUpLogged } from './work/delivery-plan.ts';
import { HeadSigner } from './work/head-signer.ts';
import { Reachability } from './work/reachability.ts';
import type { Random } from './work/retry.ts';
import { Worker } from './work/worker.ts';

/** Whether the ledger gets to where it has to get to. */
export interface LedgerReachabilities {
  readonly signer: Reachability;
  readonly signedBefore: Reachability;
  readonly webhook: Reachability;
  readonly webhookStopped: Reachability;
}

/** `prefix` says whose ledger it is, where there are several. */
export function ledgerReachabilities(clock: Clock, prefix: string): LedgerReachabilities {
  return {
    signer: new Reachability(clock, `${prefix}The ledger cannot be signed: its head is published without a signature.`),
    signedBefore: new Reachability(
      clock,
      `${prefix}The ledger was changed: another entry was signed under the number of its head before. To see where: \`npm run portcullis -- ledger verify\`.`,
    ),
    webhook: new Reachability(clock, `${prefix}The webhook does not take entries of the ledger: they are sent again.`),
    webhookStopped: new Reachability(
      clock,
      `${prefix}The webhook wants no entries of the ledger any more: to go on, \`npm run portcullis -- ledger deliveries retry\`.`,
    ),
  };
}

interface LedgerOptions {
  readonly config: Pick<OrganizationConfig, 'ledger'>;
  readonly organizationId: string;
  readonly database: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly random: Random;
  readonly mayWrite?: (path: string) => Promise<boolean>;
  readonly timeoutMs?: number;
  readonly reachability: LedgerReachabilities;
}

interface ComposedLedger {
  readonly ledger: LedgerStore;
  readonly checkpoints: CheckpointStore;
  readonly headSigner: HeadSigner;
  /** Where a webhook is set. */
  readonly webhook?: { readonly deliveries: DeliveryStore; readonly worker: Deliveries };
}

/** Puts together what keeps the ledger, has it signed and sends it on. */
export function composeLedger(options: LedgerOptions): ComposedLedger {
  const { config, database, clock, log, reachability } = options;
  const now = (): Date => clock.now();
  const ledger = new LedgerStore(database, (entry) => {
    if (config.ledger.inLog) log.ledger(entry);
    webhook?.worker.grew();
  });
  const checkpoints = new CheckpointStore(database);
  const signer = createSigner(config.ledger.signer, { log, mayWrite: options.mayWrite });
  const headSigner = new HeadSigner({ signer, checkpoints, reachability, log, now });
  const webhook = composeWebhook(options, ledger);
  return { ledger, checkpoints, headSigner, webhook };
}

function composeWebhook(
  { config, organizationId, database, clock, log, metrics, tracing, random, timeoutMs, reachability }: LedgerOptions,
  ledger: LedgerStore,
): ComposedLedger['webhook'] {
  if (config.ledger.webhook === undefined) return undefined;
  const now = (): Date => clock.now();
  const store = new DeliveryStore(database, organizationId, config.ledger.webhook.url, givenUpLogged(log));
  const webhook = createWebhook({ ...config.ledger.webhook, timeoutMs });
  const plan = createDeliveryPlan({ deliveryId: store.id, ledger, webhook, reachability, log, random, now });
  const worker = new Worker({ store, plan, clock, log, metrics, tracing });
  return { deliveries: store, worker: new Deliveries({ store, worker, now, log }) };
}
