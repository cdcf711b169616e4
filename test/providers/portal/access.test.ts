import { describe, expect, it } from 'vitest';
import { portalSchema } from '../../../src/providers/portal/portal-schema.ts';
import type { AccessReading } from '../../../src/providers/provider.ts';
import { errorOf } from '../provider-errors.ts';
import { inHours, settings, start, startPortalBench, target } from './portal-bench.ts';

const closed: AccessReading = { state: 'closed', targetExists: true };
const week = inHours(7 * 24);
const open = (until: Date): AccessReading => ({ state: 'open', type: 'portal', until });
const withoutStatus = () => ({ status: undefined });
type Bench = Awaited<ReturnType<typeof startPortalBench>>;

const callsOf = ({ portal }: Bench) => portal.requests.map(({ call }) => call);
const keysOf = ({ portal }: Bench, call: string) =>
  portal.requests.filter((request) => request.call === call).map(({ headers }) => headers['idempotency-key']);

describe('a portal that can be read', () => {
  it('opens, is seen open, and closes', async () => {
    const { provider, portal } = await startPortalBench();
    expect(await provider.readAccess(target)).toEqual(closed);
    await provider.openAccess(target, 'portal', week);
    expect(portal.switches.status('acme')).toEqual({ enabled: true, level: 'portal', expiresAt: week.toISOString() });
    expect(await provider.readAccess(target)).toEqual(open(week));
    await provider.closeAccess(target);
    expect(await provider.readAccess(target)).toEqual(closed);
  });

  it('shows what a person does by hand, there and back', async () => {
    const { provider, portal, clock } = await startPortalBench();
    await provider.openAccess(target, 'portal', week);
    portal.switches.disable('acme');
    expect(await provider.readAccess(target)).toEqual(closed);
    clock.tick(5 * 60_000);
    await provider.readAccess(target);
    portal.switches.enable('acme', 'portal', inHours(3));
    expect(await provider.readAccess(target)).toEqual(open(inHours(3)));
  });

  it('goes by the end that was asked for where the portal rounds it', async () => {
    const bench = await startPortalBench(undefined, { roundsEndsToMs: 60_000 });
    const until = new Date(week.getTime() + 59_000);
    await bench.provider.openAccess(target, 'portal', until);
    expect(bench.portal.switches.status('acme').expiresAt).toBe(week.toISOString());
    expect(await bench.provider.readAccess(target)).toEqual(open(until));
    bench.portal.switches.enable('acme', 'portal', inHours(3));
    expect(await bench.provider.readAccess(target)).toEqual(open(inHours(3)));
  });

  it('is extended by another call, but only where it is open', async () => {
    const { provider, portal } = await startPortalBench((url) => ({
      extend: { method: 'PUT', url: `${url}?extends={target.id}&until={until}` },
    }));
    await provider.openAccess(target, 'portal', inHours(1));
    expect(await errorOf(provider.openAccess(target, 'portal', inHours(2)))).toMatchObject({ code: 'not-found' });
    expect(portal.requests.at(-1)?.path).toContain('?extends=acme');
    portal.switches.disable('acme');
    await provider.openAccess(target, 'portal', inHours(2));
    expect(portal.switches.status('acme').expiresAt).toBe(inHours(2).toISOString());
  });

  it('counts as closed for a moment after its end, and as open if it lasts', async () => {
    const { provider, portal, clock } = await startPortalBench();
    portal.switches.status = () => ({ enabled: true, expiresAt: inHours(1).toISOString() });
    expect(await provider.readAccess(target)).toEqual(open(inHours(1)));
    clock.tick(60 * 60_000 + 59_000);
    expect(await provider.readAccess(target)).toEqual(closed);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(inHours(1)));
    clock.tick(1_000);
    expect(await provider.readAccess(target)).toEqual(open(inHours(1)));
  });

  it('is open although it shows an end of long ago, until one that is given to it here', async () => {
    const { provider, portal, clock } = await startPortalBench();
    portal.switches.status = () => ({ enabled: true, expiresAt: inHours(-2).toISOString() });
    expect(await provider.readAccess(target)).toEqual(open(week));
    clock.tick(60 * 60_000);
    expect(await provider.readAccess(target)).toEqual(open(week));
    await provider.openAccess(target, 'portal', inHours(3));
    expect(await provider.readAccess(target)).toEqual(open(inHours(3)));
  });

  it('gives access without an end one that stays the same', async () => {
    const { provider, portal, clock } = await startPortalBench();
    portal.switches.enable('acme', 'portal');
    expect(await provider.readAccess(target)).toEqual(open(week));
    clock.tick(60 * 60_000);
    expect(await provider.readAccess(target)).toEqual(open(week));
    const refused = { call: 'close', kind: 'status', status: 403, times: 1 } as const;
    portal.addFault(refused);
    expect((await errorOf(provider.closeAccess(target))).code).toBe('forbidden');
    expect(await provider.readAccess(target)).toEqual(open(week));
    await provider.closeAccess(target);
    portal.switches.enable('acme', 'portal');
    expect(await provider.readAccess(target)).toEqual(open(inHours(7 * 24 + 1)));
  });

  it('is not closed by an answer that cannot be understood, or by not knowing the target', async () => {
    const { provider, portal } = await startPortalBench();
    portal.addFault({ call: 'status', kind: 'garbage', times: 1 });
    expect((await errorOf(provider.readAccess(target))).code).toBe('bad-answer');
    expect((await errorOf(provider.readAccess({ ...target, id: 'gone' }))).code).toBe('not-found');
  });

  it('counts as open as long as it may be held, where it is to be closed and cannot be read', async () => {
    const { provider, portal } = await startPortalBench();
    await provider.openAccess(target, 'portal', inHours(1));
    portal.addFault({ call: 'status', kind: 'status', status: 500 });
    expect((await errorOf(provider.readAccess(target))).code).toBe('unavailable');
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(inHours(1)));
    await provider.closeAccess(target);
    expect(portal.switches.status('acme').enabled).toBe(false);
    expect((await errorOf(provider.readAccess(target, { toClose: true }))).code).toBe('unavailable');
  });

  it('and so does what a person opened, as it was seen last', async () => {
    const { provider, portal } = await startPortalBench();
    portal.switches.enable('acme', 'portal', inHours(2));
    await provider.readAccess(target);
    portal.addFault({ call: 'status', kind: 'garbage' });
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(inHours(2)));
  });

  it('lists what is held, by project, with ids that need encoding', async () => {
    const { provider, portal } = await startPortalBench();
    portal.switches.enable('globex/eu', 'portal', inHours(2));
    expect(await provider.listProjects()).toEqual([
      { id: 'Shield', name: 'Shield' },
      { id: 'Europe', name: 'Europe' },
    ]);
    const held = await provider.listAccess({ id: 'Europe', name: 'Europe' });
    expect(held).toMatchObject([{ target: { id: 'globex/eu', projectName: 'Europe' }, reading: open(inHours(2)) }]);
  });
});

describe('a portal that shows no end', () => {
  const withoutEnd = (url: string) => ({ status: { url, open: '/supportAccess/enabled' } });

  /** What it shows next, whatever is so. */
  function showsOnce({ portal }: Bench, enabled: boolean): void {
    const shown = portal.switches.status;
    portal.switches.status = (tenant) => {
      portal.switches.status = shown;
      return { ...portal.switches.status(tenant), enabled };
    };
  }

  it('keeps its terms through one answer that says it is closed', async () => {
    const bench = await startPortalBench(withoutEnd);
    const { provider, clock } = bench;
    await provider.openAccess(target, 'portal', inHours(24));
    for (let hours = 0; hours < 2; hours += 1) {
      clock.tick(60 * 60_000);
      showsOnce(bench, false);
      expect(await provider.readAccess(target)).toEqual(closed);
      expect(await provider.readAccess(target)).toEqual(open(inHours(24)));
    }
  });

  it.each([
    ['its terms', async ({ provider }: Bench) => provider.openAccess(target, 'portal', inHours(24))],
    [
      'a close without an answer, and its key',
      async ({ provider, portal }: Bench) => {
        await provider.openAccess(target, 'portal', inHours(24));
        portal.addFault({ call: 'close', kind: 'lost-answer', times: 1 });
        await errorOf(provider.closeAccess(target));
      },
    ],
    [
      'the end of what a person opened',
      async ({ provider, portal }: Bench) => {
        portal.switches.enable('acme', 'portal');
        await provider.readAccess(target);
      },
    ],
  ])('forgets %s when it is shown closed again half a minute later', async (_what, story) => {
    const bench = await startPortalBench(withoutEnd);
    const { provider, portal, clock, memory } = bench;
    await story(bench);
    portal.switches.disable('acme');
    clock.tick(2 * 60_000);
    await provider.readAccess(target);
    clock.tick(29_999);
    await provider.readAccess(target);
    expect(await memory.recall('acme')).not.toEqual({});
    clock.tick(1);
    await provider.readAccess(target);
    expect(await memory.recall('acme')).toEqual({});
    portal.switches.enable('acme', 'portal');
    const now = clock.now();
    expect(await provider.readAccess(target)).toEqual(
      open(new Date(Math.floor(inHours(7 * 24, now).getTime() / 1_000) * 1_000)),
    );
    await provider.closeAccess(target);
    expect(portal.switches.status('acme').enabled).toBe(false);
  });

  it('remembers for longer what may still land', async () => {
    const { provider, portal, clock } = await startPortalBench(withoutEnd);
    portal.addFault({ call: 'open', kind: 'hang', times: 1 });
    await errorOf(provider.openAccess(target, 'portal', inHours(24), AbortSignal.timeout(200)));
    for (const _reading of [1, 2, 3]) {
      clock.tick(4 * 60_000);
      expect(await provider.readAccess(target)).toEqual(closed);
    }
    portal.switches.enable('acme', 'portal', inHours(24));
    expect(await provider.readAccess(target)).toEqual(open(inHours(24)));
  });

  it('is closed at its end although a change to a later one may have landed', async () => {
    const { provider, portal, clock } = await startPortalBench(withoutEnd);
    await provider.openAccess(target, 'portal', inHours(1));
    portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    await errorOf(provider.openAccess(target, 'portal', inHours(24)));
    clock.tick(60 * 60_000 + 5_000);
    expect(await provider.readAccess(target)).toEqual(closed);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(inHours(1)));
    await provider.closeAccess(target);
    expect(portal.switches.status('acme').enabled).toBe(false);
  });
});

describe('an effect is named by one key until it is answered', () => {
  it('while an answer is lost, and by another afterwards', async () => {
    const bench = await startPortalBench();
    const { provider, portal } = bench;
    portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    expect(await errorOf(provider.openAccess(target, 'portal', week))).toMatchObject({ effect: 'unknown' });
    await provider.openAccess(target, 'portal', week);
    await provider.closeAccess(target);
    await provider.openAccess(target, 'portal', week);
    const [first, second, third] = keysOf(bench, 'open');
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(portal.switches.status('acme').enabled).toBe(true);
  });

  it('and closing what was opened again closes it again', async () => {
    const bench = await startPortalBench();
    const { provider, portal } = bench;
    portal.addFault({ call: 'close', kind: 'lost-answer', times: 1 });
    for (let round = 0; round < 2; round += 1) {
      await provider.openAccess(target, 'portal', week);
      await provider.closeAccess(target).catch(() => provider.closeAccess(target));
      expect(portal.switches.status('acme').enabled).toBe(false);
    }
    const [first, again, second] = keysOf(bench, 'close');
    expect(again).toBe(first);
    expect(second).not.toBe(first);
  });

  it('except where each try asks for another length, for which the portal would not take the same key', async () => {
    const bench = await startPortalBench((url) => ({
      open: { method: 'PUT', url, json: { durationSeconds: '{durationSeconds}' } },
    }));
    bench.portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    await errorOf(bench.provider.openAccess(target, 'portal', inHours(2)));
    bench.clock.tick(10_000);
    await bench.provider.openAccess(target, 'portal', inHours(2));
    const [first, second] = keysOf(bench, 'open');
    expect(second).not.toBe(first);
    expect(bench.portal.switches.status('acme').expiresAt).toBe(inHours(2).toISOString());
  });
});

describe('a portal that cannot be read', () => {
  it('holds what it accepted last, until its end', async () => {
    const bench = await startPortalBench(withoutStatus);
    const { provider, clock } = bench;
    expect(await provider.readAccess(target)).toEqual(closed);
    await provider.openAccess(target, 'portal', inHours(1));
    expect(await provider.readAccess(target)).toEqual(open(inHours(1)));
    clock.tick(60 * 60_000);
    expect(await provider.readAccess(target)).toEqual(closed);
    expect(callsOf(bench)).toEqual(['token', 'open']);
  });

  it('may be open after a call without an answer: it is not said to be, and it is closed', async () => {
    const { provider, portal } = await startPortalBench(withoutStatus);
    portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    await errorOf(provider.openAccess(target, 'portal', week));
    expect(await provider.readAccess(target)).toEqual(closed);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(week));
    portal.addFault({ call: 'close', kind: 'lost-answer', times: 1 });
    await errorOf(provider.closeAccess(target));
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(week));
    await provider.closeAccess(target);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(closed);
  });

  it('may be open for longer than was accepted, after a call for more without an answer', async () => {
    const { provider, portal, clock } = await startPortalBench(withoutStatus);
    await provider.openAccess(target, 'portal', inHours(1));
    portal.addFault({ call: 'open', kind: 'lost-answer', times: 1 });
    await errorOf(provider.openAccess(target, 'portal', inHours(24)));
    expect(await provider.readAccess(target)).toEqual(open(inHours(1)));
    clock.tick(60 * 60_000);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(open(inHours(24)));
  });

  it('holds nothing after a call that was refused', async () => {
    const { provider, portal } = await startPortalBench(withoutStatus);
    portal.addFault({ call: 'open', kind: 'status', status: 403, times: 1 });
    await errorOf(provider.openAccess(target, 'portal', week));
    expect(await provider.readAccess(target, { toClose: true })).toEqual(closed);
  });

  it.each([404, 410])('is closed where a second try to close finds nothing (%i)', async (gone) => {
    const { provider, portal } = await startPortalBench(withoutStatus);
    await provider.openAccess(target, 'portal', week);
    portal.addFault({ call: 'close', kind: 'lost-answer', times: 1 });
    await errorOf(provider.closeAccess(target));
    portal.addFault({ call: 'token', kind: 'status', status: gone, times: 1 });
    portal.door.withdrawTokens();
    portal.addFault({ call: 'close', kind: 'status', status: 401, times: 1 });
    // Nobody there who gives a token says nothing of the switch.
    await errorOf(provider.closeAccess(target));
    expect(await provider.readAccess(target)).toEqual(open(week));
    portal.addFault({ call: 'close', kind: 'status', status: gone, times: 1 });
    await provider.closeAccess(target);
    expect(await provider.readAccess(target, { toClose: true })).toEqual(closed);
  });

  it('is not taken for closed because it does not know what to close', async () => {
    const { provider, portal } = await startPortalBench(withoutStatus);
    await provider.openAccess(target, 'portal', week);
    portal.addFault({ call: 'close', kind: 'status', status: 404, times: 1 });
    expect((await errorOf(provider.closeAccess(target))).code).toBe('not-found');
    expect(await provider.readAccess(target)).toEqual(open(week));
  });
});

it('a portal that asks is sent nothing, and holds what the records say', async () => {
  const heldByRecord = async (id: string): Promise<AccessReading> => (id === 'acme' ? open(week) : closed);
  const asking = portalSchema.parse({ ...settings('https://api.shield.example'), push: undefined, pull: true });
  const { provider, portal } = await startPortalBench(undefined, { portal: asking, heldByRecord });
  await provider.openAccess(target, 'portal', start);
  await provider.closeAccess(target);
  expect(await provider.readAccess(target)).toEqual(open(week));
  expect(await provider.readAccess({ ...target, id: 'other' })).toEqual(closed);
  expect(portal.requests).toEqual([]);
});
