import { describe, expect, it } from 'vitest';
import { demoProjects } from '../../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasTrouble, PageState } from '../../../src/sandbox/page/protocol.ts';
import { conversation, message, type Page, people, startPage, top } from './page.ts';

const ask = '/support-access request payments-prod 8h infrastructure Primary steps down';

const grant = (state: PageState) => state.atlas.projects[0]?.clusters[0]?.grant;
const told = (state: PageState) => state.narration.map(({ text }) => text);

/** Erin asks, Olivia approves. */
async function approved(page: Page): Promise<PageState> {
  await page.types('erin', ask);
  await page.presses('olivia', 'payments-prod', 'Approve for 8 h');
  return page.state('olivia');
}

describe('somebody in Atlas itself', () => {
  it('switches the block, which the bot notices by itself', async () => {
    const page = await startPage();
    await page.done({ kind: 'atlas-block', blocked: true });
    expect((await page.state('erin')).atlas.blocked).toBe(true);
    expect(await page.act({ kind: 'atlas-block', blocked: true })).toEqual({
      ok: false,
      error: 'It is blocked already.',
    });
    await page.done({ kind: 'clock', to: 'hour' });
    const noticed = await page.state('erin');
    expect(told(noticed).at(-1)).toBe(
      'Portcullis read Atlas, and somebody had switched the block on there. It follows, and tells the channel.',
    );
    expect(message(noticed, 'blocked')).toMatchObject({ isBot: true });
  });

  it('closes what is open, which the bot notices by itself', async () => {
    const page = await startPage();
    const nothing = { kind: 'atlas-revoke', projectId: demoProjects.payments, cluster: 'payments-prod' } as const;
    expect(await page.act(nothing)).toEqual({ ok: false, error: 'Nothing is open on payments-prod.' });
    expect(grant(await approved(page))).toBeDefined();
    await page.done(nothing);
    expect(grant(await page.state('erin'))).toBeUndefined();
    await page.done({ kind: 'clock', to: 'hour' });
    expect(told(await page.state('erin'))).toContain(
      'The access to payments-prod was ended in Atlas itself. Portcullis read it twice to be sure, and has told the channel.',
    );
  });
});

describe('support staff', () => {
  it('use what is open, and the note about its end tells of it', async () => {
    const page = await startPage();
    const visit = { kind: 'atlas-visit', projectId: demoProjects.payments, cluster: 'payments-prod' } as const;
    expect(await page.act(visit)).toEqual({ ok: false, error: 'Nothing is open on payments-prod.' });
    await approved(page);
    await page.done(visit);
    await page.done({ ...visit, kind: 'atlas-revoke' });
    // It is read every five minutes, and twice.
    await page.done({ kind: 'clock', to: 'hour' });
    expect(message(await page.state('erin'), 'employee-4711 was given access to a host')).toMatchObject({
      isBot: true,
    });
  });
});

describe('an Atlas in trouble', () => {
  it.each<AtlasTrouble>(['refuse', 'fail', 'away'])(
    'opens nothing and closes late, once it recovers: %s',
    async (trouble) => {
      const page = await startPage();
      await page.types('erin', ask);
      await page.done({ kind: 'atlas-trouble', trouble });
      await page.presses('olivia', 'payments-prod', 'Approve for 8 h');
      const refused = await page.state('olivia');
      expect([refused.atlas.trouble, grant(refused)]).toEqual([trouble, undefined]);
      expect(told(refused).at(-1)).toContain('could not read from Atlas what they may do');
      await page.done({ kind: 'atlas-trouble', trouble: 'none' });
      // Calls that Atlas refused for their number are not repeated at once.
      await page.done({ kind: 'clock', to: 'minute' });
      await page.presses('olivia', 'payments-prod', 'Approve for 8 h');
      expect(grant(await page.state('olivia'))).toBeDefined();

      await page.done({ kind: 'atlas-trouble', trouble });
      await page.types('erin', '/support-access revoke payments-prod');
      const { id: viewId } = top(await page.state('erin'));
      await page.done({ kind: 'view-submit', person: people.erin, viewId });
      await page.done({ kind: 'clock', to: 'minute' });
      expect(grant(await page.state('erin'))).toBeDefined();
      await page.done({ kind: 'atlas-trouble', trouble: 'none' });
      await page.done({ kind: 'clock', to: 'hour' });
      const closed = await page.state('erin');
      expect(grant(closed)).toBeUndefined();
      expect(told(closed)).toContain('Portcullis read Atlas back: payments-prod is closed.');
      expect(page.errors).toEqual([]);
    },
  );

  it('that is slow keeps the bot busy for seconds, but not while the clock is moved', async () => {
    const page = await startPage();
    await page.types('olivia', '/support-access grant payments-prod 2h infrastructure Disk latency');
    await page.done({ kind: 'atlas-trouble', trouble: 'slow' });
    // The bot reads Atlas dozens of times on the way: at three seconds each this would take minutes.
    await page.done({ kind: 'clock', to: 'next-end' });
    const ended = await page.state('olivia');
    expect([ended.atlas.trouble, grant(ended)]).toEqual(['slow', undefined]);
    await page.types('erin', ask);
    await page.act({
      kind: 'send',
      person: ended.viewer,
      conversation: ended.conversations[0]?.id ?? '',
      text: '/support-access grant ledger-prod 2h infrastructure Disk latency',
    });
    expect((await page.state('olivia')).busy).toBe(true);
  });
});

describe('the clock', () => {
  it('is moved by a minute, an hour, and to nothing that is not due', async () => {
    const page = await startPage();
    await page.done({ kind: 'clock', to: 'minute' });
    await page.done({ kind: 'clock', to: 'hour' });
    expect((await page.state('erin')).clock.now).toBe('2026-03-02T10:01:00.000Z');
    expect(await page.act({ kind: 'clock', to: 'next-reminder' })).toEqual({ ok: false, error: 'No reminder is due.' });
    expect(await page.act({ kind: 'clock', to: 'next-end' })).toEqual({ ok: false, error: 'Nothing is open.' });
    expect((await page.state('erin')).clock.now).toBe('2026-03-02T10:01:00.000Z');
  });

  it('is not moved under what somebody does meanwhile', async () => {
    const page = await startPage();
    await page.types('erin', ask);
    const { id } = conversation(await page.state('erin'), 'engineering');
    const says = (text: string) => page.act({ kind: 'send', person: people.erin, conversation: id, text });
    const moves = () => page.act({ kind: 'clock', to: 'hour' });
    await Promise.all([says('One'), moves(), says('Two'), moves(), says('Three')]);
    const { messages } = conversation(await page.state('erin'), 'engineering');
    expect(messages).toHaveLength(3);
    // The bot has looked at Atlas every five minutes meanwhile.
    for (const { at } of messages) expect(at).toMatch(/T(?:09|10|11):00:00\.000Z$/);
  });
});
