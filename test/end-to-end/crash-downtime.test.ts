import { describe, expect, it } from 'vitest';
import { CrashStage } from '../support/crash-stage.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const firstLines = (notes: readonly string[]) => notes.map((note) => note.split('\n')[0]);

describe('a process that stays away for two hours', { timeout: 90_000 }, () => {
  it('right after an approval that was not carried out: opens nothing any more, and says that it failed', async () => {
    const stage = await CrashStage.start(1);
    const cluster = await stage.request();
    const { _id } = await stage.grantOf(cluster);
    stage.mongodb.fault = async ({ name, collection, body }) => {
      if (name !== 'findAndModify' || collection !== 'grants' || body.query?._id !== _id) return undefined;
      if (stage.bot.isRunning) await stage.bot.kill();
      return undefined;
    };
    await stage.approves(cluster);
    await stage.bot.idle();
    delete stage.mongodb.fault;
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'opening' });

    await stage.passes(2 * hour);
    await stage.startBot();
    await stage.advances(10 * minute);
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'failed' });
    expect(stage.atlas.calls.filter(({ call }) => call === 'grant')).toEqual([]);
    const { roots, notes } = stage.messages(cluster);
    expect(roots).toHaveLength(1);
    expect(roots[0]).toContain('was not opened');
    expect(firstLines(notes)).toHaveLength(1);
    expect(firstLines(notes)[0]).toContain('was not opened');
  });

  it('right after the opening call: closes what it may have opened, and says how long it may have been open', async () => {
    const stage = await CrashStage.start(1);
    const cluster = await stage.request();
    const fault = stage.atlas.addFault({ call: 'grant', kind: 'cut-after', times: 1 });
    void fault.waitForHit().then(() => stage.bot.kill());
    await stage.approves(cluster);
    await stage.bot.idle();
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'opening', sent: [{ call: 'open' }] });
    expect(stage.held(cluster)).toBeDefined();

    await stage.passes(2 * hour);
    await stage.startBot();
    await stage.advances(10 * minute);
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'failed' });
    expect(stage.held(cluster)).toBeUndefined();
    const { roots, notes } = stage.messages(cluster);
    expect(roots).toHaveLength(1);
    expect(roots[0]).toContain('may have been open');
    expect(notes).toHaveLength(1);
  });

  it('right after it saw access open: leaves it open, as recorded, and tells so once', async () => {
    const stage = await CrashStage.start(1);
    const cluster = await stage.request();
    stage.slack.addFault({
      method: 'chat.postMessage',
      kind: 'cut-before',
      times: 1,
      when: () => {
        void stage.bot.kill();
        return true;
      },
    });
    await stage.approves(cluster);
    await stage.bot.idle();
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'active' });

    await stage.passes(2 * hour);
    await stage.startBot();
    await stage.advances(10 * minute);
    const grant = await stage.grantOf(cluster);
    expect(grant).toMatchObject({ state: 'active' });
    expect(stage.held(cluster)).toMatchObject({ expirationTime: grant.wanted?.until });
    const { roots, notes } = stage.messages(cluster);
    expect(roots).toHaveLength(1);
    expect(notes).toHaveLength(1);
  });

  it('over the end of a grant: ends it, with one note and no reminder', async () => {
    const stage = await CrashStage.start(1);
    const cluster = await stage.request('1h');
    await stage.approves(cluster, '1 h');
    await stage.bot.idle();
    await stage.bot.kill();

    await stage.passes(2 * hour);
    expect(stage.held(cluster)).toBeUndefined();
    await stage.startBot();
    await stage.advances(10 * minute);
    expect(await stage.grantOf(cluster)).toMatchObject({ state: 'expired' });
    const { roots, notes } = stage.messages(cluster);
    expect(roots).toHaveLength(1);
    expect(roots[0]).toContain('ended by itself');
    expect(firstLines(notes)).toEqual([
      `${cluster} is open to MongoDB support`,
      `Support access to ${cluster} ended by itself`,
    ]);
  });
});
