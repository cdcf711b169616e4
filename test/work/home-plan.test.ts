import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type Home, HomeStore, outdated } from '../../src/store/homes.ts';
import { createHomePlan, type HomeContent } from '../../src/work/home-plan.ts';
import { PeopleError } from '../../src/work/people.ts';
import { Worker } from '../../src/work/worker.ts';
import { testDatabase } from '../support/mongodb.ts';
import { MemoryMessenger, noAnswer, notInChannel, tooFast } from './memory-messenger.ts';

const second = 1_000;

/** Ada's home tab, which shows whatever `content` gives. */
async function opened() {
  const database = await testDatabase();
  const client = new MongoClient(database.uri, { ignoreUndefined: true });
  onTestFinished(async () => {
    await client.close();
    await database.close();
  });
  const homes = new HomeStore(client.db(database.databaseName));
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  const messenger = new MemoryMessenger();
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const bench = {
    messenger,
    lines,
    shows: 'first' as string,
    unsettled: false,
    content: async (): Promise<HomeContent> => ({
      blocks: [{ type: 'divider', block_id: bench.shows }],
      unsettled: bench.unsettled,
    }),
    change: () => homes.update<never>(id, (home) => ({ ok: true, doc: outdated(home, clock.now()) })),
    async read(): Promise<Home> {
      const found = await homes.find(id);
      if (found === undefined) throw new Error('There is no home tab');
      return found;
    },
    async work(afterMs = 0): Promise<void> {
      clock.tick(afterMs);
      await worker.sweep();
      await worker.idle();
    },
    open: () => homes.opened('UADA', clock.now()),
    seen: () => messenger.homes.get('UADA'),
  };
  const plan = createHomePlan({ messenger, log, random: () => 0.5, contentFor: () => bench.content() });
  const worker = new Worker({ store: homes, plan, clock, log });
  await homes.createIndexes();
  const id = await bench.open();
  return bench;
}

const published = ({ messenger }: Awaited<ReturnType<typeof opened>>): number =>
  messenger.calls.filter((call) => call === 'publishHome').length;

const showing = (text: string) => [{ type: 'divider', block_id: text }];

describe('a home tab', () => {
  it('is published once, and again only when it looks different or is opened', async () => {
    const bench = await opened();
    await bench.work();
    expect(bench.seen()).toEqual(showing('first'));
    expect((await bench.read()).owed).toEqual([]);
    await bench.change();
    await bench.work();
    expect(published(bench)).toBe(1);
    bench.shows = 'second';
    await bench.change();
    await bench.work();
    expect(bench.seen()).toEqual(showing('second'));
    await bench.open();
    await bench.work();
    expect(published(bench)).toBe(3);
  });

  it('that is outdated while it is being published is published again', async () => {
    const bench = await opened();
    const before = async () => {
      bench.shows = 'second';
      await bench.change();
    };
    bench.messenger.next('publishHome', { before });
    await bench.work();
    expect(bench.seen()).toEqual(showing('second'));
    expect((await bench.read()).owed).toEqual([]);
  });

  it('that shows something not read yet is looked at again until it has been', async () => {
    const bench = await opened();
    bench.unsettled = true;
    await bench.work();
    await bench.work(30 * second);
    expect(published(bench)).toBe(1);
    bench.unsettled = false;
    bench.shows = 'read';
    await bench.work(30 * second);
    expect(bench.seen()).toEqual(showing('read'));
    expect((await bench.read()).owed).toEqual([]);
  });
});

describe('a home tab that Slack does not take', () => {
  it('waits as long as Slack asks for', async () => {
    const bench = await opened();
    bench.messenger.next('publishHome', { error: tooFast(40 * second) });
    await bench.work();
    await bench.work(39 * second);
    expect(bench.seen()).toBeUndefined();
    await bench.work(second);
    expect(bench.seen()).toEqual(showing('first'));
  });

  it('is sent again, the same, after an attempt that got no answer', async () => {
    const bench = await opened();
    await bench.work();
    bench.shows = 'second';
    await bench.change();
    bench.messenger.next('publishHome', { error: noAnswer(), lands: true });
    await bench.work();
    bench.shows = 'first';
    await bench.work(10 * second);
    expect(bench.seen()).toEqual(showing('first'));
  });

  it('is left alone where Slack refuses it, and said in the log', async () => {
    const bench = await opened();
    bench.messenger.next('publishHome', { error: notInChannel() });
    await bench.work();
    expect((await bench.read()).owed).toEqual([]);
    expect(bench.lines.join('')).toContain('Slack does not take a home tab');
    await bench.open();
    await bench.work();
    expect(bench.seen()).toEqual(showing('first'));
  });

  it.each([
    ['Slack cannot say whose it is', () => new PeopleError('Slack could not say who this is.')],
    ['the database is away', () => new Error('away')],
  ])('is made again later where %s', async (_, error) => {
    const bench = await opened();
    const { content } = bench;
    bench.content = () => Promise.reject(error());
    await bench.work();
    expect(published(bench)).toBe(0);
    bench.content = content;
    await bench.work(10 * second);
    expect(bench.seen()).toEqual(showing('first'));
  });
});
