import { test } from 'vitest';
import { MainProcess } from '../support/main-process.ts';
import { scaled } from './scale.ts';
import { median, quantile, spread } from './statistics.ts';
import { connections, StatusCommands } from './status-commands.ts';
import { Subject, Surroundings } from './subject.ts';
import type { LoadAnswer } from './subjects/load.ts';
import { figure } from './table.ts';

/** The bot, a bare Bolt app and whoever types, each in a process of its own, and what the bot talks to in a fourth. */
async function startStage() {
  const surroundings = await Surroundings.start();
  const commands = await StatusCommands.start(surroundings);
  const bare = await Subject.start<object, number>('bare-bolt');
  const barePort = await bare.ask({});
  const bot = new MainProcess(surroundings.settings);
  const port = Number((await bot.logs('Portcullis is running')).port);
  return {
    surroundings,
    toBareApp: (requests: number) => commands.send(barePort, requests, { answers: false }),
    /** Resolves when every answer has reached its person; `answeredMs` is counted from the first command. */
    async toBot(requests: number): Promise<LoadAnswer & { readonly answeredMs: number }> {
      const startedAt = performance.now();
      const acknowledged = await commands.send(port, requests);
      await commands.answered();
      return { ...acknowledged, answeredMs: performance.now() - startedAt };
    },
  };
}

const perSecond = (requests: number, elapsedMs: number): number => (requests / elapsedMs) * 1_000;

test('commands that arrive at once are acknowledged as fast as by a bare Bolt app', async () => {
  const { toBot, toBareApp } = await startStage();
  const rounds = scaled(60, 8);
  const bare: number[] = [];
  const bot: number[] = [];
  // The first rounds warm both up.
  for (let round = -4; round < rounds; round++) {
    const ofBareApp = perSecond(connections, (await toBareApp(connections)).elapsedMs);
    const sent = await toBot(connections);
    if (round < 0) continue;
    bare.push(ofBareApp);
    bot.push(perSecond(connections, sent.elapsedMs));
  }
  const ratios = bot.map((rate, round) => rate / (bare[round] ?? Number.NaN));
  figure({
    figure: `\`/support-access status\`, ${connections} at once on ${connections} connections: acknowledged a second, ${rounds} rounds`,
    measured: `${spread(bot, 0)}/s`,
    compared: `${spread(ratios, 2)} of a bare Bolt app's ${median(bare).toFixed(0)}/s; goal 0.9`,
  });
});

test('commands without a pause, each answered in full', async () => {
  const { toBot, toBareApp } = await startStage();
  const requests = scaled(10, 3) * connections;
  const rounds = scaled(8, 1);
  const acknowledged: number[] = [];
  const answered: number[] = [];
  const ratios: number[] = [];
  await toBareApp(requests);
  for (let round = 0; round < rounds; round++) {
    const bare = await toBareApp(requests);
    const sent = await toBot(requests);
    answered.push(perSecond(requests, sent.answeredMs));
    acknowledged.push(perSecond(requests, sent.elapsedMs));
    ratios.push(bare.elapsedMs / sent.elapsedMs);
  }
  figure({
    figure: `the same without a pause, ${requests} commands: acknowledged while the earlier ones are being answered, ${rounds} rounds`,
    measured: `${spread(acknowledged, 0)}/s, answered ${spread(answered, 0)}/s`,
    compared: `${spread(ratios, 2)} of the bare app, which answers nothing`,
  });
});

test('acknowledgements do not wait for Atlas or MongoDB', async () => {
  const { toBot, surroundings } = await startStage();
  // The first one is not counted: connections are made in it.
  const rounds = scaled(20, 2);
  const usual: number[] = [];
  const slowed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await toBot(connections);
    await surroundings.ask({ do: 'slow', ms: 1_000 });
    const during = await toBot(connections);
    await surroundings.ask({ do: 'fast' });
    if (round === 0) continue;
    usual.push(...before.latenciesMs);
    slowed.push(...during.latenciesMs);
  }
  figure({
    figure: `time to the acknowledgement, ${connections} at once, while every answer of Atlas and MongoDB takes 1 s longer`,
    measured: `p50 ${median(slowed).toFixed(0)} ms, p99 ${quantile(slowed, 0.99).toFixed(0)} ms; goal: p99 below 100 ms`,
    compared: `not slowed: p50 ${median(usual).toFixed(0)} ms, p99 ${quantile(usual, 0.99).toFixed(0)} ms`,
  });
});
