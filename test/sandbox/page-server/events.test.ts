import { describe, expect, it, onTestFinished } from 'vitest';
import type { PageSecond, PageState } from '../../../src/sandbox/page/protocol.ts';
import { conversation, type Page, people, startPage } from './page.ts';

/** What is shown; a change that nobody sees is counted, but not sent. */
const shown = (state: PageState | undefined) => ({ ...state, revision: undefined });

interface Heard {
  readonly states: PageState[];
  readonly seconds: PageSecond[];
}

/** Listens as the page of that person does, until the test ends. */
async function listen(page: Page, who: keyof typeof people): Promise<Heard> {
  const heard: Heard = { states: [], seconds: [] };
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const response = await fetch(`${page.url}api/events?person=${people[who]}`, { signal: ending.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  void (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) take(heard, event);
    }
  })().catch(() => undefined);
  await expect.poll(() => heard.states.length).toBe(1);
  return heard;
}

function take(heard: Heard, event: string): void {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return;
  if (event.startsWith('event: second\n')) heard.seconds.push(JSON.parse(data));
  else heard.states.push(JSON.parse(data));
}

describe('whoever looks at the page', () => {
  it('is sent what they see at once, and then every change as they see it', async () => {
    const page = await startPage();
    const [erin, gus] = await Promise.all([listen(page, 'erin'), listen(page, 'gus')]);
    expect(shown(erin.states[0])).toEqual(shown(await page.state('erin')));
    await page.types('erin', '/support-access status');
    await expect.poll(() => shown(erin.states.at(-1))).toEqual(shown(await page.state('erin')));
    expect(conversation(erin.states.at(-1) as PageState, 'support-access').messages.at(-1)?.ephemeral).toBe(true);
    await expect.poll(() => shown(gus.states.at(-1))).toEqual(shown(await page.state('gus')));
    expect(conversation(gus.states.at(-1) as PageState, 'support-access').messages.some((each) => each.ephemeral)).toBe(
      false,
    );
    const revisions = erin.states.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));
  });

  it('gets one state for a burst of changes', async () => {
    const page = await startPage();
    const erin = await listen(page, 'erin');
    const { id } = conversation(await page.state('erin'), 'engineering');
    const lines = Array.from({ length: 20 }, (_, index) => `Line ${index}`);
    await Promise.all(lines.map((text) => page.act({ kind: 'send', person: people.erin, conversation: id, text })));
    await expect.poll(() => conversation(erin.states.at(-1) as PageState, 'engineering').messages.length).toBe(20);
    expect(erin.states.length).toBeLessThan(lines.length);
  });

  it('sees seconds go by while time runs, and nothing where it stands still', async () => {
    const page = await startPage({ running: true });
    const erin = await listen(page, 'erin');
    await expect.poll(() => erin.seconds.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
    expect(erin.seconds.slice(0, 2)).toEqual([
      { now: '2026-03-02T09:00:01.000Z' },
      { now: '2026-03-02T09:00:02.000Z' },
    ]);
    expect(erin.states[0]?.clock.running).toBe(true);
  });

  it('sees the clock run while it is moved', async () => {
    const page = await startPage();
    const erin = await listen(page, 'erin');
    await page.done({ kind: 'clock', to: 'hour' });
    await expect.poll(() => erin.states.at(-1)?.clock.now).toBe('2026-03-02T10:00:00.000Z');
    const times = erin.seconds.map(({ now }) => now);
    // The block is read every five minutes.
    expect(times).toEqual(expect.arrayContaining(['2026-03-02T09:05:00.000Z', '2026-03-02T09:55:00.000Z']));
    expect(times).toEqual(times.toSorted());
  });

  it('goes on after a reset, in a fresh sandbox', async () => {
    const page = await startPage();
    const erin = await listen(page, 'erin');
    await page.types('erin', '/support-access request payments-prod 8h infrastructure Primary steps down');
    await page.done({ kind: 'atlas-block', blocked: true });
    await page.done({ kind: 'atlas-trouble', trouble: 'away' });
    await page.done({ kind: 'clock', to: 'hour' });
    await page.done({ kind: 'open-home', person: people.erin });
    const before = await page.state('erin');
    await page.done({ kind: 'reset' });
    const after = await page.state('erin');
    expect(after).toMatchObject({
      clock: { now: '2026-03-02T09:00:00.000Z', running: false },
      atlas: { blocked: false, trouble: 'none' },
      modals: [],
    });
    expect(after.home).toBeUndefined();
    expect(after.conversations.flatMap(({ messages }) => messages)).toHaveLength(1);
    expect(after.revision).toBeGreaterThan(before.revision);
    const [first] = after.narration;
    expect(after.narration).toHaveLength(1);
    expect(first?.id).toBeGreaterThan(before.narration.at(-1)?.id ?? 0);
    await expect.poll(() => shown(erin.states.at(-1))).toEqual(shown(after));
    await page.types('erin', 'Still here');
    await expect.poll(() => shown(erin.states.at(-1))).toEqual(shown(await page.state('erin')));
    expect(page.errors).toEqual([]);
  });
});
