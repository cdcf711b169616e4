import { type Clock, pause } from './clock.ts';
import type { ComposeOptions, Composition } from './compose.ts';
import type { OrganizationComposition } from './compose-organization.ts';
import { setUpProblems } from './doctor/set-up-problems.ts';
import type { Health } from './http/health.ts';
import type { Logger } from './log.ts';

/** The set-up is wrong in a way that somebody has to mend; each problem says how. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const retryMs = 5_000;

/** Waits for MongoDB, for as long as it takes, and makes what the bot needs there. */
export async function prepareRecords(
  { log, signal }: Pick<ComposeOptions, 'log'> & { readonly signal?: AbortSignal },
  { client, clock, homes, tokens, known, organizations }: Composition,
  health: Health,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      await health.watched(async () => {
        // By itself the driver never connects again once its first connection could not be made.
        await client.connect();
        await clock.check();
        await Promise.all([homes, tokens].map((store) => store.createIndexes()));
        const refused = await refusedAmong(organizations, log);
        if (refused.length === organizations.length) throw refused[0]?.error;
        // The others are not kept waiting for one whose database cannot be used.
        for (const { one } of refused) void prepareLater(one, clock, log, signal);
      });
      await tellOrphans({ known, organizations, clock, log });
      return;
    } catch (error) {
      log.warn({ err: error }, 'MongoDB cannot be used yet; waiting for it');
      await pause(clock, retryMs, signal);
    }
  }
}

/** Those whose records could not be prepared. */
async function refusedAmong(organizations: Composition['organizations'], log: Logger) {
  const prepared = await Promise.allSettled(organizations.map(prepare));
  return organizations.flatMap((one, index) => {
    const outcome = prepared[index];
    if (outcome?.status !== 'rejected') return [];
    const error: unknown = outcome.reason;
    log.error({ err: error, organization: one.config.key }, 'The records of an organization cannot be used yet');
    return [{ one, error }];
  });
}

async function prepare({ context }: OrganizationComposition): Promise<void> {
  const { organizations, directories, grants, deliveries, ledger, checkpoints } = context;
  const { organizationId, channelId, clock } = context;
  const stores = [grants, organizations, directories, ledger, checkpoints, ...(deliveries ? [deliveries] : [])];
  await Promise.all(stores.map((store) => store.createIndexes()));
  await directories.ensure(organizationId, clock.now());
  await organizations.ensure(organizationId, channelId, clock.now());
  await deliveries?.ensure(clock.now());
}

async function prepareLater(
  one: OrganizationComposition,
  clock: Clock,
  log: Logger,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    await pause(clock, retryMs, signal);
    if (signal?.aborted === true) return;
    try {
      await prepare(one);
      log.info({ organization: one.config.key }, 'The records of an organization can be used now');
      return;
    } catch (error) {
      log.debug({ err: error, organization: one.config.key }, 'The records of an organization cannot be used yet');
    }
  }
}

/** What is open in records that belong to nobody any more is neither reminded of nor ended: somebody has to know. */
async function tellOrphans({
  known,
  organizations,
  clock,
  log,
}: Pick<Composition, 'known' | 'organizations' | 'clock'> & { readonly log: Logger }): Promise<void> {
  const configured = organizations.map(({ config, context }) => ({
    organizationId: context.organizationId,
    key: config.key,
    database: config.database,
  }));
  for (const { key, database, open } of await known.orphansOf(configured, clock.now())) {
    log.error(
      { organization: key, database, open },
      'Access is open in records that no configured organization keeps: nobody is reminded of it and Portcullis does not end it. Configure the organization again with this database, or end it at the vendor',
    );
  }
}

/**
 * A wrong set-up stops the start, but only while nothing is open: what is open must still be closed. What is wrong with one of
 * several organizations is no reason to leave the others alone.
 */
export async function checkSetUp({ config, log, timeoutMs }: ComposeOptions, composition: Composition): Promise<void> {
  const problems = await setUpProblems({ config, composition, log, timeoutMs });
  if (problems.length === 0) return;
  const reading = composition.organizations.map(({ context }) => context.grants.live(context.organizationId));
  const live = (await Promise.allSettled(reading)).flatMap((read) => (read.status === 'fulfilled' ? read.value : []));
  const concerned = new Set(problems.map(({ organization }) => organization));
  const concernsAll = concerned.has(undefined) || concerned.size === composition.organizations.length;
  if (live.length === 0 && concernsAll) throw new SetUpError(problems.map(({ sentence }) => sentence));
  const why = live.length > 0 ? 'because access is open' : 'for the other organizations';
  for (const { sentence: problem } of problems) {
    log.error({ problem, liveGrants: live.length }, `The set-up is wrong; running all the same, ${why}`);
  }
}
