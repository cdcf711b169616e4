import { describe, expect, test } from 'vitest';
import { wantBlock } from '../../../src/grants/block.ts';
import type { Grant } from '../../../src/grants/grant.ts';
import type { HomeView } from '../../../src/operations/show-home.ts';
import { problemsOfView } from '../../../src/sandbox/slack/block-kit-views.ts';
import { homeBlocks, refusedBlocks } from '../../../src/slack/home/home-view.ts';
import { inWordsOfAtlas } from '../messages/checks.ts';
import * as sample from '../messages/samples.ts';

/** Somebody who decides nothing, in a quiet organization. */
const quiet: HomeView = {
  kind: 'home',
  organization: sample.organization(true),
  targetCount: 12,
  live: [],
  toDecide: [],
  changesToDecide: [],
  asked: [],
  changesAsked: [],
  ended: [],
  decides: false,
  mayGrant: false,
  mayBlock: false,
  mayLockDown: false,
  mayChangeSettings: false,
};
const owner = { decides: true, mayGrant: true, mayBlock: true, mayLockDown: true, mayChangeSettings: true };

function checked(blocks: readonly object[]): readonly object[] {
  expect(problemsOfView({ type: 'home', blocks }, 'home')).toEqual([]);
  expect(sample.notified({ text: 'Home', blocks })).toEqual([]);
  return blocks;
}

function show(parts: Partial<HomeView>, minutes = 1, capabilities = sample.capabilities): string {
  const blocks = checked(homeBlocks({ ...quiet, ...parts }, capabilities, 100));
  return sample.read({ text: 'Home', blocks }, minutes);
}

const spokenLabels = (blocks: readonly object[]): string[] =>
  [...JSON.stringify(blocks).matchAll(/"accessibility_label":"([^"]*)"/g)].map(([, label]) => label ?? '');

describe('with nothing to tell', () => {
  test('for an engineer', () => {
    expect(show({})).toMatchInlineSnapshot(`
      "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      As read today at 10:00 UTC (1 minute ago).
      [Ask for access]
      # Open now
      No grant is open.
      # Your requests
      None of your requests waits for a decision.
      # Ended last
      Nothing has ended yet. What is asked for, opened, denied and closed is listed here, and in the channel of Portcullis."
    `);
  });

  test('for an owner', () => {
    expect(show(owner)).toMatchInlineSnapshot(`
      "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      As read today at 10:00 UTC (1 minute ago).
      [Ask for access] [Grant access] [Close everything] [Settings]
      # Open now
      No grant is open.
      # Waiting for your decision
      No request waits for you.
      # Ended last
      Nothing has ended yet. What is asked for, opened, denied and closed is listed here, and in the channel of Portcullis."
    `);
  });

  test('before anything has been read', () => {
    expect(show({ organization: sample.organization(), targetCount: undefined })).toMatchInlineSnapshot(`
      "Not known yet: whether support access is blocked for the organization
      MongoDB Atlas has not been read yet. Until it has, count on MongoDB support being able to enter.
      Portcullis is still reading your organization in MongoDB Atlas. Until it has, nobody can ask for access, and what you may decide is not known. This page follows by itself.
      Everything that can be typed: \`/support-access help\`
      # Open now
      No grant is open.
      # Your requests
      None of your requests waits for a decision.
      # Ended last
      Nothing has ended yet. What is asked for, opened, denied and closed is listed here, and in the channel of Portcullis."
    `);
  });

  test.each(['guest', 'outsider', 'deactivated', 'bot'] as const)('for a %s nothing is shown', (reason) => {
    const blocks = checked(refusedBlocks(reason, sample.capabilities));
    expect(sample.read({ text: 'Home', blocks }, 1)).toMatch(/^Portcullis shows you nothing here\n\S.*$/);
  });
});

describe('posture', () => {
  test('open to support, with the button for those who may block', () => {
    const text = show({ ...owner, organization: sample.organization(false) });
    expect(text).toContain(
      'Support access is not blocked: MongoDB support can already enter the infrastructure of all 12 clusters\nAs read today at 10:00 UTC (1 minute ago).\n[Ask for access] [Grant access] [Block]',
    );
    expect(show({ organization: sample.organization(false) })).not.toContain('[Block]');
  });

  test('by link where Portcullis cannot switch it', () => {
    const text = show({ ...owner, organization: sample.organization(false) }, 1, {
      ...sample.capabilities,
      canSetBlock: false,
    });
    expect(text).toContain('To block it: the setting in MongoDB Atlas (https://cloud.example/');
    expect(text).not.toContain('[Block]');
  });

  test('decided, and not seen yet', () => {
    const wish = { blocked: true, by: sample.olivia, at: sample.start, reason: '' };
    const wanted = wantBlock(sample.organization(false), wish, { operationId: 'block', basis: 'fresh' });
    const text = show({ ...owner, organization: wanted.ok ? wanted.doc : sample.organization() });
    expect(text).toContain('Olivia Owner decided today at 10:00 UTC to block it; not seen in MongoDB Atlas yet.');
    expect(text).not.toContain('[Block]');
  });
});

describe('with something to tell', () => {
  test('to an owner', () => {
    const held = sample.posted(sample.requested({ name: 'events-prod', type: sample.logs }));
    const home = {
      ...owner,
      live: [
        { grant: sample.posted(sample.active()), close: 'revoke' as const, extendable: true, keepable: false },
        {
          grant: sample.active({ name: 'ledger-prod', by: sample.olivia }),
          close: 'end' as const,
          extendable: true,
          keepable: false,
        },
        { grant: sample.failing(sample.revoking(), 66), extendable: false, keepable: false },
      ],
      toDecide: [
        { grant: held, own: false, holder: sample.posted(sample.active({ name: 'events-prod' })) },
        { grant: sample.requested({ by: sample.olivia }), own: true },
      ],
      ended: [sample.posted(sample.revoked()), sample.denied(), sample.givenUp(), sample.lapsed()],
    };
    expect(show(home, 67)).toMatchInlineSnapshot(`
      "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      As read today at 10:00 UTC (1 hour ago).
      [Ask for access] [Grant access] [Close everything] [Settings]
      # Open now
      orders-prod is open to MongoDB support
      It is open until tomorrow at 10:05 UTC (in 23 hours).
      Access: infrastructure and all cluster logs
      Cluster: orders-prod, project Shop
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11)
      [Extend] [Revoke now]
      ledger-prod is open to MongoDB support
      It is open until tomorrow at 10:05 UTC (in 23 hours).
      Access: infrastructure and all cluster logs
      Cluster: ledger-prod, project Shop
      Asked by: Olivia Owner, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      g-wy9ze471xk
      [Extend] [End access now]
      # May still be open
      Closing orders-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      Still trying: Atlas has trouble of its own (HTTP 503).
      Access: infrastructure and all cluster logs
      Cluster: orders-prod, project Shop
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      g-wy9ze471xk
      # Waiting for your decision
      Ada Asker asks for support access to events-prod
      Cluster: events-prod, project Shop
      Access: database logs only
      Duration: 24 h, counted from the approval
      Lapses: tomorrow at 10:00 UTC (in 23 hours), unless it is decided before
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      events-prod has one grant at a time: this can be approved once g-wy9ze471xk (https://slack.example/archives/CACCESS/p11) has ended.
      A download of logs that has begun goes on to its end, even when access is revoked meanwhile.
      [Approve for 24 h] [Deny]
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11), asked today at 10:00 UTC
      Olivia Owner asks for support access to orders-prod
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Duration: 24 h, counted from the approval
      Lapses: tomorrow at 10:00 UTC (in 23 hours), unless it is decided before
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      The infrastructure should hold no sensitive information: check that yours does not.
      [Approve for 24 h] [Deny] [Cancel request]
      g-wy9ze471xk, asked today at 10:00 UTC
      # Ended last
      Olivia Owner revoked support access to orders-prod
      Seen closed today at 11:06 UTC. It was open for 1 h 1 min.
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11)
      Oscar Second denied support access to orders-prod
      Denied today at 10:05 UTC. Nothing was opened.
      g-wy9ze471xk
      Opening orders-prod was given up, because:
      It was not seen open within 15 minutes. It was never seen open, but may have been open from today at 10:05 UTC to today at 10:20 UTC.
      g-wy9ze471xk
      Not decided within 24 h: the request for support access to orders-prod lapsed
      Lapsed tomorrow at 10:00 UTC. Nothing was opened.
      g-wy9ze471xk"
    `);
    expect(spokenLabels(homeBlocks({ ...quiet, ...home }, sample.capabilities, 100))).toEqual([
      'Extend: orders-prod',
      'Revoke now: orders-prod',
      'Extend: ledger-prod',
      'End access now: ledger-prod',
      'Approve for 24 h: events-prod',
      'Deny: events-prod',
      'Approve for 24 h: orders-prod',
      'Deny: orders-prod',
      'Cancel request: orders-prod',
    ]);
  });

  test('to whoever asked', () => {
    const request = sample.posted(sample.approved(sample.requested({ approvalsNeeded: 2 })));
    expect(
      show({ asked: [{ grant: request, own: true }], organization: sample.organization(false) }, 7),
    ).toMatchInlineSnapshot(`
      "Support access is not blocked: MongoDB support can already enter the infrastructure of all 12 clusters
      As read today at 10:00 UTC (7 minutes ago).
      [Ask for access]
      # Open now
      No grant is open.
      # Your requests
      Support access to orders-prod
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Duration: 24 h
      Lapses: tomorrow at 10:00 UTC (in 24 hours), unless it is decided before
      Support access is not blocked for the organization: MongoDB support can enter the infrastructure of every cluster anyway, with or without this grant.
      Approvals: 1 of 2, by Olivia Owner; waits for another
      [Cancel request]
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11), asked today at 10:00 UTC
      # Ended last
      Nothing has ended yet. What is asked for, opened, denied and closed is listed here, and in the channel of Portcullis."
    `);
  });

  test('a change, to whoever decides it and to whoever asked for it', () => {
    const active = sample.posted(sample.active({ type: sample.logs }));
    const change = sample.waitingChange(sample.proposed({ type: sample.sync, durationMs: 86_400_000 }, active));
    const live = [{ grant: change.grant, close: 'revoke' as const, extendable: false, keepable: false }];
    const below = (text: string): string => text.slice(text.indexOf('# Open now'));
    const deciding = show({ ...owner, live, changesToDecide: [{ ...change, own: true }] }, 66);
    expect(below(deciding)).toMatchSnapshot('decides');
    expect(below(show({ live: [], changesAsked: [{ ...change, own: true }] }, 66))).toMatchSnapshot('asked');
  });

  test('in the words of a provider that is no database', () => {
    const request = { grant: sample.requested(), own: true, holder: sample.posted(sample.active()) };
    const change = { ...sample.waitingChange(), own: true };
    const home = {
      ...owner,
      organization: sample.organization(false),
      live: [{ grant: sample.active(), close: 'revoke' as const, extendable: true, keepable: false }],
      toDecide: [request],
      changesToDecide: [change],
      asked: [request],
      changesAsked: [change],
      ended: [sample.revoked(), sample.givenUp(), sample.denied(), sample.lapsed()],
    };
    const blocks = homeBlocks({ ...quiet, ...home }, sample.portalCapabilities, 100);
    expect(inWordsOfAtlas(blocks)).toEqual([]);
    expect(show(home, 70, sample.portalCapabilities)).toContain('\nPortal: orders-prod\n');
  });

  test('what may be open again stands apart from what is open', () => {
    const text = show({ live: [{ grant: sample.reopened(), extendable: false, keepable: false }] }, 26);
    expect(text).toContain(
      '# Open now\nNo grant is open.\n# May still be open\norders-prod may be open again to MongoDB support',
    );
  });
});

describe('Slack’s limits', () => {
  const longest = {
    name: 'c'.repeat(64),
    projectName: 'p'.repeat(64),
    reason: '<!channel> `*&'.repeat(40).slice(0, 500),
    caseUrl: `https://support.example/${'x'.repeat(900)}`,
    by: { kind: 'person' as const, slackId: 'UADA', name: '&'.repeat(80) },
    approvalsNeeded: 2,
    type: sample.sync,
  };
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const asked = sample.posted(sample.approved(sample.requested(longest)));
  const open: Grant = sample.failing(sample.posted(sample.active({ ...longest, approvalsNeeded: 1 })), 30);

  test('hold with far more than fits, at its longest', () => {
    const request = { grant: asked, own: true, holder: open };
    const active = sample.posted(sample.active({ ...longest, approvalsNeeded: 1, type: sample.logs }));
    const proposed = sample.proposed({ type: sample.sync, durationMs: 86_400_000 }, active, longest.by);
    const change = { ...sample.waitingChange(proposed), own: true };
    const blocks = checked(
      homeBlocks(
        {
          ...quiet,
          ...owner,
          organization: sample.organization(false),
          live: [
            ...many(60, { grant: open, close: 'revoke' as const, extendable: true, keepable: false }),
            ...many(60, { grant: sample.reopened(), extendable: false, keepable: false }),
          ],
          toDecide: many(40, request),
          changesToDecide: many(40, change),
          asked: many(40, request),
          changesAsked: many(40, change),
          ended: many(10, sample.posted(sample.denied('r'.repeat(500), longest))),
        },
        sample.capabilities,
        100,
      ),
    );
    expect(blocks.length).toBeGreaterThan(85);
    expect(Buffer.byteLength(JSON.stringify({ type: 'home', blocks }))).toBeLessThan(250_000);
    const text = sample.read({ text: 'Home', blocks }, 31);
    expect(text.match(/^and \d+ more$/gm)).toHaveLength(5);
    expect(text).toContain('[Approve for 24 h] [Deny] [Cancel request]');
  });
});
