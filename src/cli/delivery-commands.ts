import type { Delivery } from '../ledger/delivery.ts';
import { type DeliveriesShown, retryDeliveries, showDeliveries } from '../operations/deliveries.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, parsed } from './command.ts';

/** The longer name first: the words of a command line are taken for the first that fits. */
export const deliveryCommands: readonly Command[] = [
  {
    name: 'ledger deliveries retry',
    takes: '[NUMBER]',
    does: 'sends entries that were given up to the webhook once more: all of them, or one',
    more: `
Where the webhook had answered 410 and nothing was sent any more, sending goes on. The bot does it, within seconds.
`,
    run: retry,
  },
  {
    name: 'ledger deliveries',
    takes: '',
    does: 'shows how far the ledger was sent to the webhook, what failed, and which entries were given up',
    run: show,
  },
];

async function show(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  parsed(words, {});
  const { context } = await io.connect();
  const shown = await showDeliveries(context);
  if (shown.kind !== 'shown') throw notSent(shown.kind);
  await io.write(deliveryLines(shown.delivery, shown.head).join(''));
  return 0;
}

function deliveryLines(
  { host, cursor, takenAt, failure, stoppedAt, owed, deadLetters }: Delivery,
  head: number,
): string[] {
  const waiting = Math.max(0, head - cursor);
  const last = takenAt === undefined ? 'nothing was taken yet' : `last taken ${takenAt.toISOString()}`;
  const next = owed.find(({ kind }) => kind === 'deliver')?.dueAt;
  const again = owed.flatMap((effect) => (effect.kind === 'redeliver' ? [effect.sequence] : []));
  return [
    `${host}: up to entry ${cursor} of ${head}, ${waiting === 0 ? 'none waits' : `${waiting} wait`}; ${last}\n`,
    ...(stoppedAt === undefined
      ? []
      : [`Stopped ${stoppedAt.toISOString()}: it answered 410 and wants nothing more\n`]),
    ...(failure === undefined
      ? []
      : [`Last failure ${failure.at.toISOString()}: entry ${failure.sequence}, ${failure.why}\n`]),
    ...(failure === undefined || waiting === 0 || stoppedAt !== undefined || next === undefined
      ? []
      : [`Next attempt ${next.toISOString()}\n`]),
    ...again.map((sequence) => `Entry ${sequence} is being sent once more\n`),
    ...deadLetters.map(({ sequence, at, why }) => `Entry ${sequence} was given up ${at.toISOString()}: ${why}\n`),
  ];
}

async function retry(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [typed] = parsed(words, {}, 1).positionals;
  if (typed !== undefined && !/^[1-9]\d{0,14}$/.test(typed)) {
    throw new CommandError(2, `Which entry? \`ledger deliveries\` shows their numbers, and ${typed} is none.`);
  }
  const { context } = await io.connect();
  const outcome = await retryDeliveries(context, typed === undefined ? undefined : Number(typed));
  switch (outcome.kind) {
    case 'sent-again': {
      const { sequences } = outcome;
      const entries = sequences.length === 1 ? `Entry ${sequences[0]} is` : `${sequences.length} entries are`;
      const given = sequences.length === 0 ? 'No entry was given up' : `${entries} sent once more`;
      await io.write(`${given}; what waits is sent now.\n`);
      return 0;
    }
    case 'no-dead-letter':
      throw new CommandError(1, `Nothing was changed: entry ${typed} was not given up.`);
    case 'no-webhook':
    case 'not-begun':
      throw notSent(outcome.kind);
  }
}

function notSent(why: Exclude<DeliveriesShown['kind'], 'shown'>): CommandError {
  switch (why) {
    case 'no-webhook':
      return new CommandError(1, 'The ledger is sent nowhere: LEDGER_WEBHOOK_URL is not set.');
    case 'not-begun':
      return new CommandError(1, 'Nothing was sent to this webhook yet: the bot has not been started with it.');
  }
}
