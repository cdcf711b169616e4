import { describe, expect, test } from 'vitest';
import { blockSyncFailed, wantBlock } from '../../../src/grants/block.ts';
import { type StatusView, statusMessage } from '../../../src/slack/messages/status-message.ts';
import * as sample from './samples.ts';

const view = (parts: Partial<StatusView> = {}): StatusView => ({
  organization: sample.organization(true),
  targetCount: 12,
  live: [],
  requested: [],
  mayBlock: false,
  now: sample.after(1),
  ...parts,
});
const show = (parts: Partial<StatusView> = {}, capabilities = sample.capabilities): string => {
  const whole = view(parts);
  const message = statusMessage(whole, capabilities);
  expect(sample.problems(message)).toEqual([]);
  expect(sample.notified(message)).toEqual([]);
  return sample.read(message, (whole.now.getTime() - sample.start.getTime()) / 60_000);
};

describe('the first line of a status', () => {
  test('blocked', () => {
    expect(show()).toMatchInlineSnapshot(`
      "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      No grant is open. No requests wait."
    `);
  });

  test('not blocked, with the button for those who may block', () => {
    const organization = sample.organization(false);
    expect(show({ organization })).not.toContain('[Block]');
    expect(show({ organization, mayBlock: true })).toMatchInlineSnapshot(`
      "Support access is not blocked: MongoDB support can already enter the infrastructure of all 12 clusters
      [Block] [Block, then open logs…]
      No grant is open. No requests wait."
    `);
  });

  test('not blocked, with a link where Portcullis cannot switch it', () => {
    const capabilities = { ...sample.capabilities, canSetBlock: false };
    const text = show({ organization: sample.organization(false), mayBlock: true }, capabilities);
    expect(text).toContain('To block it: the setting in MongoDB Atlas (https://cloud.example/');
    expect(text).not.toContain('[Block]');
  });

  test('not known yet', () => {
    const organization = blockSyncFailed(
      sample.organization(),
      { code: 'unavailable', message: 'Atlas has trouble of its own (HTTP 503).' },
      sample.after(1),
      sample.start,
    );
    expect(show({ organization })).toMatchInlineSnapshot(`
      "Not known yet: whether support access is blocked for the organization
      MongoDB Atlas has not been read yet. Until it has, count on MongoDB support being able to enter.
      Still trying: Atlas has trouble of its own (HTTP 503). This has gone on since today at 10:00 UTC.
      No grant is open. No requests wait."
    `);
  });

  test('says how old it is once it is older than ten minutes', () => {
    expect(show({ now: sample.after(10) })).not.toContain('As read');
    expect(show({ now: sample.after(11) })).toContain('As read today at 10:00 UTC (11 minutes ago).');
  });

  test('says what has been decided and is not seen yet', () => {
    const wish = { blocked: true, by: sample.olivia, at: sample.start, reason: '' };
    const wanted = wantBlock(sample.organization(false), wish, { operationId: 'block', basis: 'fresh' });
    const text = show({ organization: wanted.ok ? wanted.doc : sample.organization(), mayBlock: true });
    expect(text).toContain('Olivia Owner decided today at 10:00 UTC to block it; not seen in MongoDB Atlas yet.');
    expect(text).not.toContain('[Block]');
  });
});

describe('what a status lists', () => {
  test('what is open, what may be, and what waits', () => {
    expect(
      show({
        live: [sample.posted(sample.active()), sample.failing(sample.revoking(), 66)],
        requested: [sample.posted(sample.requested())],
        now: sample.after(67),
      }),
    ).toMatchInlineSnapshot(`
      "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      As read today at 10:00 UTC (1 hour ago).
      orders-prod is open to MongoDB support
      It is open until tomorrow at 10:05 UTC (in 23 hours).
      Access: infrastructure and all cluster logs
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11)
      Closing orders-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      Still trying: Atlas has trouble of its own (HTTP 503).
      Access: infrastructure and all cluster logs
      g-wy9ze471xk
      Ada Asker asks for support access to orders-prod
      Waits since today at 10:00 UTC (1 hour ago): infrastructure and all cluster logs for 24 h.
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11)"
    `);
  });

  test('says which of the two is empty', () => {
    expect(show({ live: [sample.active()], now: sample.after(6) })).toContain('No requests wait.');
    expect(show({ requested: [sample.requested()] })).toContain('No grant is open.');
  });

  test('names the cluster that was asked about', () => {
    expect(show({ filter: [{ name: 'orders-prod', projectName: 'Shop' }] })).toContain(
      'No grant is open on orders-prod, project Shop. No requests wait.',
    );
    const filter = ['payments', 'platform'].map((projectName) => ({ name: 'staging', projectName }));
    expect(show({ filter })).toContain('No grant is open on staging, project payments and platform.');
  });

  test('calls nothing open whose time is over', () => {
    const text = show({ live: [sample.active()], now: sample.after(24 * 60 + 5) });
    expect(text).toContain('Closing orders-prod: not seen closed yet');
    expect(text).not.toContain('is open to MongoDB support');
  });

  test('lets no request wait that has lapsed', () => {
    expect(show({ requested: [sample.requested()], now: sample.after(24 * 60) })).toContain('No requests wait.');
  });

  test('says when the last reading did not show an open grant', () => {
    expect(show({ live: [sample.seenClosed(sample.active(), 30)], now: sample.after(30) })).toContain(
      'MongoDB Atlas did not show it at the last reading, today at 10:30 UTC.',
    );
  });

  test('ends long lists with how many more there are', () => {
    const text = show({
      live: Array.from({ length: 100 }, () => sample.active()),
      requested: Array.from({ length: 11 }, () => sample.requested()),
      now: sample.after(6),
    });
    expect(text).toContain('and 85 more grants');
    expect(text).toContain('and 1 more request');
  });
});
