import { describe, expect, it } from 'vitest';
import type { PersonActor } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { newRequest } from '../../src/grants/request.ts';
import { demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { channelName, type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, leaps, submits, types } from './steps.ts';

const reason = 'Primary steps down every few minutes';

/** Presses a button of the modal in front of somebody, and reads what is there once all that comes of it is done. */
async function presses(harness: Harness, who: 'erin' | 'olivia' | 'oscar' | 'dana', label: string): Promise<string> {
  await harness[who].modal().clicks(label);
  await harness.idle();
  return harness[who].modal().text;
}

/** Ids of records on the page, in its order. */
const shown = (text: string): string[] => [...text.matchAll(/g-[0-9a-z]{10}/g)].map(([id]) => id).filter(unique);
const unique = <T>(value: T, index: number, all: readonly T[]): boolean => all.indexOf(value) === index;

const erinActor: PersonActor = { kind: 'person', slackId: people.erin, name: 'Erin Engineer' };

/** Records of requests that were asked for a minute apart and have lapsed, oldest first. */
async function lapsedRequests(harness: Harness, count: number, name = 'payments-prod'): Promise<string[]> {
  const now = harness.sandbox.clock.now().getTime();
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const requestedAt = new Date(now - 30 * 24 * hour + index * minute);
    const grant = newRequest(
      {
        organizationId: demoSeed.organizationId,
        channelId: harness.channel,
        operationId: `lapsed-${index}`,
        target: {
          id: `${demoProjects.payments}/${name}`,
          name,
          projectId: demoProjects.payments,
          projectName: 'payments',
          url: 'https://cloud.example/',
        },
        type: 'CLUSTER_DATABASE_LOGS',
        durationMs: hour,
        reason,
        by: erinActor,
      },
      defaultPolicy,
      requestedAt,
    );
    const endedAt = grant.lapsesAt;
    await harness.grants.insert({ ...grant, state: 'lapsed', owed: [], requestSlot: undefined, endedAt });
    ids.push(grant._id);
  }
  return ids;
}

/** One of each: expired, denied, cancelled, revoked, open and waiting, minutes apart. */
async function eventfulDay(harness: Harness): Promise<void> {
  await types(harness, 'erin', `request payments-prod 30m infrastructure ${reason}`);
  await clicks(harness, 'olivia', 'Approve for 30 min');
  await harness.advance(32 * minute);
  await types(harness, 'dana', `request events-prod 2h infrastructure ${reason}`);
  await clicks(harness, 'oscar', 'Deny');
  await harness.oscar.modal().fill('Reason', 'Wait for the release');
  await submits(harness, 'oscar');
  await harness.advance(minute);
  await types(harness, 'erin', `request payments-prod 4h infrastructure ${reason}`);
  await clicks(harness, 'erin', 'Cancel request');
  await harness.advance(minute);
  await types(harness, 'dana', `request payments-prod 4h infrastructure ${reason}`);
  await clicks(harness, 'oscar', 'Approve for 4 h');
  await harness.advance(10 * minute);
  await clicks(harness, 'olivia', 'Revoke now');
  await harness.advance(minute);
  await types(harness, 'erin', `request events-prod 8h infrastructure ${reason}`);
  await clicks(harness, 'oscar', 'Approve for 8 h');
  await harness.advance(minute);
  await types(harness, 'dana', `request payments-prod 24h infrastructure ${reason}`);
}

/** Ids, and links to messages, differ from run to run. */
const withoutIds = (text: string): string =>
  text.replace(/g-[0-9a-z]{10}( \(\S+\))?/g, (_, link) => (link ? 'g-… (link)' : 'g-…'));

describe('history', () => {
  it('shows whatever became of each request, newest first, and what is not over', async () => {
    const harness = await startHarness();
    await eventfulDay(harness);
    await types(harness, 'dana', 'history');
    expect(harness.dana.modal().title).toBe('Support access history');
    expect(withoutIds(harness.dana.modal().text)).toMatchSnapshot();
    const newestFirst = (await harness.allGrants()).map(({ _id }) => _id).reverse();
    expect(shown(harness.dana.modal().text)).toEqual(newestFirst);
  });

  it('says the same of what is open as the status does', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', `grant payments-prod 30m infrastructure ${reason}`);
    const status = await types(harness, 'erin', 'status');
    await types(harness, 'erin', 'history');
    const said = 'payments-prod is open to MongoDB support\nIt is open until today at 09:30 UTC (in 30 minutes).';
    expect(status).toContain(said);
    expect(harness.erin.modal().text).toContain(`Now – ${said}`);
    await harness.advance(32 * minute);
    await types(harness, 'erin', 'history');
    expect(harness.erin.modal().text).toContain(
      'Support access to payments-prod ended by itself\nSeen closed today at 09:30 UTC. It was open for 30 min.',
    );
    expect(harness.erin.modal().text).not.toContain('Now –');
  });

  it('says so while there is none', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'history');
    expect(harness.erin.modal().text).toMatchInlineSnapshot(`
      "=== Support access history ===
      Everything that was asked for and what became of it, newest first.
      [Filter]
      Nobody has asked for support access yet
      To ask: \`/support-access request\`. What becomes of it is kept here.
      [Close]"
    `);
  });

  it('turns pages both ways, however many are asked for meanwhile', async () => {
    const harness = await startHarness();
    const newestFirst = (await lapsedRequests(harness, 23)).reverse();
    await types(harness, 'olivia', 'history');
    expect(shown(harness.olivia.modal().text)).toEqual(newestFirst.slice(0, 10));
    expect(harness.olivia.modal().text).not.toContain('[Newer]');

    const second = await presses(harness, 'olivia', 'Older');
    expect(shown(second)).toEqual(newestFirst.slice(10, 20));
    expect(second).toContain('[Newer] [Older]');
    const third = await presses(harness, 'olivia', 'Older');
    expect(shown(third)).toEqual(newestFirst.slice(20));
    expect(third).toContain('[Newer]\nThere is nothing older.');
    // Longer than any response URL lives, and oftener than one may be used.
    await harness.advance(2 * hour);
    expect(shown(await presses(harness, 'olivia', 'Newer'))).toEqual(newestFirst.slice(10, 20));

    await types(harness, 'erin', `request events-prod 1h infrastructure ${reason}`);
    const asked = (await harness.allGrants()).at(-1)?._id ?? '';
    expect(shown(await presses(harness, 'olivia', 'Newer'))).toEqual(newestFirst.slice(0, 10));
    const first = await presses(harness, 'olivia', 'Newer');
    expect(shown(first)).toEqual([asked, ...newestFirst.slice(0, 9)]);
    expect(first).not.toContain('[Newer]');
    expect(shown(await presses(harness, 'olivia', 'Older'))).toEqual(newestFirst.slice(9, 19));
    expect(harness.olivia.ephemerals()).toEqual([]);
  });
});

describe('history of a cluster', () => {
  it('goes by its name, with or without the project', async () => {
    const harness = await startHarness();
    await eventfulDay(harness);
    const of = async (words: string) => {
      await types(harness, 'erin', `history ${words}`);
      return harness.erin.modal().text;
    };
    const events = await of('Events-Prod');
    expect(events).toContain(
      'What fits this filter, newest first.\nCluster: events-prod (analytics)\n[Filter] [Show everything]',
    );
    expect(shown(events)).toHaveLength(2);
    expect(events).not.toContain('payments-prod');
    expect(shown(await of('payments/payments-prod'))).toHaveLength(4);
    expect(shown(await presses(harness, 'erin', 'Show everything'))).toHaveLength(6);
    expect(await of('staging')).toContain('Nothing fits this filter');
  });

  it('names the nearest for one that is not there, and shows nothing', async () => {
    const harness = await startHarness();
    const answer = await types(harness, 'erin', 'history payment-prod');
    expect(answer).toBe(
      'There is no cluster called “payment-prod”. The nearest: payments-prod, events-prod and ledger-prod.',
    );
    expect(harness.erin.hasModal()).toBe(false);
  });

  it('is there for a cluster that Atlas has no more', async () => {
    const harness = await startHarness();
    const [id] = await lapsedRequests(harness, 1, 'retired-prod');
    await types(harness, 'erin', 'history retired-prod');
    expect(shown(harness.erin.modal().text)).toEqual([id]);
    expect(harness.erin.modal().text).toContain('Cluster: retired-prod (payments)');
  });
});

describe('the filter', () => {
  async function filterOpened(harness: Harness, who: 'erin' | 'dana' = 'erin') {
    await types(harness, who, 'history');
    await presses(harness, who, 'Filter');
    return harness[who].modal();
  }

  it('asks for cluster, person, outcome and time, and keeps what was chosen', async () => {
    const harness = await startHarness();
    await eventfulDay(harness);
    const form = await filterOpened(harness);
    expect(form.text).toMatchInlineSnapshot(`
      "=== Filter the history ===
      Leave empty what does not matter.
      Cluster (optional): [Type a part of its name, or its project ▾]
      Who asked, decided or ended it (optional): [Anybody ▾]
      Outcome (optional): [Any ▾]
      Asked: [At any time ▾]
      Asked on this day or later (optional): [Any day ▾]
      Asked on this day or earlier (optional): [Any day ▾]
      [Show] [Back]"
    `);
    await form.searches('Cluster', 'paym');
    await form.choose('Cluster', 'payments-prod');
    await form.choose('Who asked, decided or ended it', 'Oscar Second');
    await form.choose('Outcome', 'Revoked');
    await form.choose('Outcome', 'Denied');
    await form.choose('Asked', 'in the last 7 days');
    const text = await submits(harness, 'erin');
    expect(withoutIds(text)).toMatchInlineSnapshot(`
      "=== Support access history ===
      What fits this filter, newest first.
      Cluster: payments-prod (payments)
      Person: @Oscar Second
      Outcome: Revoked or Denied
      Asked: in the last 7 days
      [Filter] [Show everything]
      ────────
      Olivia Owner revoked support access to payments-prod
      Seen closed today at 09:44 UTC. It was open for 10 min.
      Asked for: infrastructure and all cluster logs for 4 h, by Dana Developer, today at 09:34 UTC
      Approved by: Oscar Second, today at 09:34 UTC
      Project payments, g-… (link)
      ────────
      There is nothing older.
      [Close]"
    `);
    await presses(harness, 'erin', 'Filter');
    expect(harness.erin.modal().text).toContain('Cluster (optional): [payments-prod (payments) ▾]');
    await harness.erin.modal().close();
    expect(harness.erin.modal().title).toBe('Support access history');
    expect(shown(harness.erin.modal().text)).toHaveLength(1);
  });

  it('finds whoever asked, approved, denied or revoked', async () => {
    const harness = await startHarness();
    await eventfulDay(harness);
    const counts: Record<string, number> = {};
    for (const name of ['Erin Engineer', 'Dana Developer', 'Olivia Owner', 'Oscar Second', 'Priya Project']) {
      const form = await filterOpened(harness, 'dana');
      await form.choose('Who asked, decided or ended it', name);
      counts[name] = shown(await submits(harness, 'dana')).length;
      await harness.dana.modal().close();
    }
    // Olivia approved one and revoked another; Oscar approved two and denied one.
    expect(counts).toEqual({
      'Erin Engineer': 3,
      'Dana Developer': 3,
      'Olivia Owner': 2,
      'Oscar Second': 3,
      'Priya Project': 0,
    });
  });

  it('goes from day to day by the reader’s own clocks, and refuses days in the wrong order at their field', async () => {
    const users = demoWorkspace.users.map((user) =>
      user.id === people.dana ? { ...user, tz: 'America/New_York' } : { ...user, tz: 'Asia/Tokyo' },
    );
    const harness = await startHarness({ slackSeed: { ...demoWorkspace, users } });
    // Each lapses before the next; 09:00 UTC is the same day everywhere, 23:00 UTC is the next one in Tokyo.
    await types(harness, 'erin', `request payments-prod 1h infrastructure ${reason}`);
    const first = await harness.onlyGrant();
    await leaps(harness, 14 * hour);
    await types(harness, 'erin', `request warehouse 1h infrastructure ${reason}`);
    const second = (await harness.allGrants()).find(({ _id }) => _id !== first._id);
    const found = async (who: 'erin' | 'dana', days: { from?: string; to?: string }): Promise<string> => {
      const form = await filterOpened(harness, who);
      if (days.from !== undefined) await form.choose('Asked on this day or later', days.from);
      if (days.to !== undefined) await form.choose('Asked on this day or earlier', days.to);
      return submits(harness, who);
    };
    expect(shown(await found('erin', { to: '2026-03-02' }))).toEqual([first._id]);
    await harness.erin.modal().close();
    const inTokyo = await found('erin', { from: '2026-03-03', to: '2026-03-03' });
    expect(inTokyo).toContain('Asked: from 3 March 2026, until 3 March 2026');
    expect(shown(inTokyo)).toEqual([second?._id]);
    await harness.erin.modal().close();
    expect(shown(await found('dana', { from: '2026-03-02', to: '2026-03-02' }))).toHaveLength(2);
    await harness.dana.modal().close();
    expect(await found('dana', { from: '2026-03-03' })).toContain('Nothing fits this filter');
    await harness.dana.modal().close();

    const form = await filterOpened(harness);
    await form.choose('Asked on this day or later', '2026-03-03');
    await form.choose('Asked on this day or earlier', '2026-03-02');
    await form.submit();
    expect(form.errors).toEqual({
      'Asked on this day or earlier': 'Choose 3 March 2026 or a later day, or leave one of the two empty.',
    });
    await form.choose('Asked on this day or earlier', '2026-03-04');
    expect(shown(await submits(harness, 'erin'))).toEqual([second?._id]);
  });

  it('stays while pages are turned', async () => {
    const harness = await startHarness();
    await lapsedRequests(harness, 12);
    await types(harness, 'dana', `request events-prod 1h infrastructure ${reason}`);
    const form = await filterOpened(harness);
    await form.choose('Outcome', 'Lapsed, not decided in time');
    const first = await submits(harness, 'erin');
    expect(shown(first)).toHaveLength(10);
    expect(first).not.toContain('events-prod');
    const second = await presses(harness, 'erin', 'Older');
    expect(shown(second)).toHaveLength(2);
    expect(second).toContain('Outcome: Lapsed, not decided in time');
    await presses(harness, 'erin', 'Filter');
    await harness.erin.modal().choose('Asked', 'in the last 24 hours');
    expect(await submits(harness, 'erin')).toContain('Nothing fits this filter');
  });
});

describe('who sees the history', () => {
  it.each(['olivia', 'oscar', 'priya', 'erin', 'dana', 'pat'] as const)('%s, a full member, does', async (who) => {
    const harness = await startHarness();
    await types(harness, who, 'history', who === 'dana' ? 'engineering' : channelName);
    expect(harness[who].modal().text).toContain('Nobody has asked for support access yet');
  });

  it.each([
    ['gus', 'guest', 'Guests of this workspace cannot use Portcullis.'],
    ['sven', 'outsider', 'People of another workspace cannot use Portcullis.'],
  ] as const)('%s does not, and the refusal is on record', async (who, refusal, words) => {
    const harness = await startHarness();
    const answer = await types(harness, who, 'history payments-prod');
    expect(answer).toContain(`Nothing is shown. ${words}`);
    expect(harness[who].hasModal()).toBe(false);
    expect(harness.audits().at(-1)).toMatchObject({
      action: 'history',
      outcome: 'refused',
      reason: refusal,
      actor: { slackId: people[who] },
    });
  });

  it('is asked again at every page', async () => {
    const harness = await startHarness();
    await lapsedRequests(harness, 11);
    await types(harness, 'erin', 'history');
    harness.sandbox.slack.setUser(people.erin, { isRestricted: true });
    expect(await presses(harness, 'erin', 'Older')).toContain('Nothing is shown. Guests');
  });
});
