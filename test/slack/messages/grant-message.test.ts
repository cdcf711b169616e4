import { describe, expect, test } from 'vitest';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import * as sample from './samples.ts';

const { grantMessage } = createViews(sample.capabilities);
const show = (
  grant: Parameters<typeof grantMessage>[0],
  minutes: number,
  blocked: boolean | undefined = true,
): string => sample.read(grantMessage(grant, sample.context(blocked)), minutes);

describe('a request', () => {
  test('says who asks for what, why, for how long, and who decides', () => {
    const message = grantMessage(sample.requested(), sample.context(true));
    expect(sample.read(message, 0)).toMatchInlineSnapshot(`
      "Ada Asker asks for support access to orders-prod
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Duration: 24 h, counted from the approval
      Lapses: tomorrow at 10:00 UTC (in 1 day), unless it is decided before
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      The infrastructure should hold no sensitive information: check that yours does not.
      To decide: @olivia, @oscar and @priya
      [Approve for 24 h] [Approve with changes…] [Deny] [Cancel request]
      g-wy9ze471xk, asked today at 10:00 UTC"
    `);
    expect(sample.notified(message)).toEqual(['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>']);
  });

  test('says in plain text the same', () => {
    expect(grantMessage(sample.requested(), sample.context(true)).text).toMatchInlineSnapshot(`
      "Ada Asker asks for support access to orders-prod
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Duration: 24 h, counted from the approval
      Lapses: 2026-03-02 10:00 UTC, unless it is decided before
      Reason: Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      The infrastructure should hold no sensitive information: check that yours does not.
      g-wy9ze471xk, asked 2026-03-01 10:00 UTC"
    `);
  });

  test('for logs says that it cannot be approved while the organization is not blocked', () => {
    expect(show(sample.requested({ type: sample.logs }), 0, false)).toMatchInlineSnapshot(`
      "Ada Asker asks for support access to orders-prod
      Cluster: orders-prod, project Shop
      Access: database logs only
      Duration: 24 h, counted from the approval
      Lapses: tomorrow at 10:00 UTC (in 1 day), unless it is decided before
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      This cannot be approved yet. Support access is not blocked for the organization, and this type of access can be opened only while it is. An organization owner can block it: \`/support-access block\`. An owner who presses Approve is offered both as one step.
      A download of logs that has begun goes on to its end, even when access is revoked meanwhile.
      To decide: @olivia, @oscar and @priya
      [Approve for 24 h] [Approve with changes…] [Deny] [Cancel request]
      g-wy9ze471xk, asked today at 10:00 UTC"
    `);
    expect(sample.read(grantMessage(sample.requested({ type: sample.logs }), sample.context()), 0)).toContain(
      'whether it is has not been read yet',
    );
    expect(show(sample.requested({ type: sample.logs }), 0, true)).not.toContain('cannot be approved');
  });

  test('for infrastructure says that support can enter anyway while the organization is not blocked', () => {
    expect(show(sample.requested(), 0, false)).toContain(
      'MongoDB support can enter the infrastructure of every cluster anyway',
    );
    expect(show(sample.requested(), 0, true)).not.toContain('anyway');
    expect(sample.read(grantMessage(sample.requested(), sample.context()), 0)).not.toContain('anyway');
  });

  test('counts the approvals that are still missing', () => {
    const once = sample.approved(sample.requested({ approvalsNeeded: 2 }));
    expect(show(once, 5)).toContain('Approvals: 1 of 2, by Olivia Owner; waits for another');
    const twice = sample.approved(sample.requested({ approvalsNeeded: 3 }));
    expect(show(twice, 5)).toContain('Approvals: 1 of 3, by Olivia Owner; waits for 2 others');
  });

  test('says so when nobody is known who may decide', () => {
    const message = grantMessage(sample.requested(), { ...sample.context(true), deciders: [] });
    expect(sample.read(message, 0)).toContain('Nobody in this workspace was found yet who may approve this.');
    expect(sample.notified(message)).toEqual([]);
  });
});

describe('an opening', () => {
  test('is announced as not open yet', () => {
    expect(show(sample.approved(sample.requested()), 5)).toMatchInlineSnapshot(`
      "Approved by Olivia Owner: opening orders-prod to MongoDB support
      Portcullis is asking MongoDB Atlas to open it. Nothing is open yet: Portcullis says so once it has seen it open.
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Until: tomorrow at 10:05 UTC (in 1 day)
      Asked by: Ada Asker, today at 10:00 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      g-wy9ze471xk"
    `);
  });

  test('is not called closed once a call has been sent', () => {
    const text = show(sample.openingCall(sample.approved(sample.requested()), 5), 5);
    expect(text).toContain('Count on it only once Portcullis has seen it open.');
    expect(text).not.toContain('Nothing is open');
  });

  test('that meets trouble says what, whether it may be open, and when it is given up', () => {
    expect(
      show(sample.failing(sample.openingCall(sample.approved(sample.requested()), 5), 6), 6),
    ).toMatchInlineSnapshot(`
      "Approved by Olivia Owner: opening orders-prod to MongoDB support
      Still trying: Atlas has trouble of its own (HTTP 503).
      It may already be open, since today at 10:05 UTC. If it is, it ends tomorrow at 10:05 UTC (in 24 hours) at the latest.
      Portcullis gives up today at 10:20 UTC.
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Until: tomorrow at 10:05 UTC (in 24 hours)
      Asked by: Ada Asker, today at 10:00 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      [Revoke now]
      g-wy9ze471xk"
    `);
  });

  test('whose calls never left says that nothing was opened', () => {
    expect(show(sample.failing(sample.approved(sample.requested()), 6), 6)).toContain(
      'Portcullis has not opened anything yet.',
    );
  });
});

describe('an open grant', () => {
  test('says until when, what, and who', () => {
    const message = grantMessage(sample.posted(sample.active()), sample.context(true));
    expect(sample.read(message, 65)).toMatchInlineSnapshot(`
      "orders-prod is open to MongoDB support
      It is open until tomorrow at 10:05 UTC (in 23 hours).
      Access: infrastructure and all cluster logs
      Cluster: orders-prod, project Shop
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      See orders-prod in MongoDB Atlas (https://cloud.example/v2/64f0a1b2c3d4e5f600000101#/clusters/detail/orders-prod)
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      [Extend] [Change type] [Revoke now]
      g-wy9ze471xk (https://slack.example/archives/CACCESS/p11)"
    `);
    expect(sample.notified(message)).toEqual([]);
  });

  test('shows terms that somebody changed in the vendor’s console, and that they did', () => {
    const changed = sample.seenOpen(sample.active(), 30, { type: 'NEW_KIND_OF_ACCESS', until: sample.after(120) });
    const text = show(changed, 30);
    expect(text).toContain('Access: NEW_KIND_OF_ACCESS, an access type that Portcullis does not know');
    expect(text).toContain('After the approval somebody changed it in MongoDB Atlas itself.');
    expect(text).toContain('It is open until today at 12:00 UTC (in 2 hours)');
  });

  test('says who lets it end', () => {
    expect(show(sample.silenced(), 70)).toContain('Ada Asker lets it end: no more reminders.');
  });
});

describe('a closing', () => {
  test('says who revoked it and until when it may still be open', () => {
    expect(show(sample.revoking(), 65)).toMatchInlineSnapshot(`
      "Closing orders-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      g-wy9ze471xk"
    `);
  });

  test('that meets trouble says what and how to do it by hand', () => {
    expect(show(sample.failing(sample.revoking(), 66), 66)).toMatchInlineSnapshot(`
      "Closing orders-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      Still trying: Atlas has trouble of its own (HTTP 503).
      To revoke it by hand: orders-prod in MongoDB Atlas (https://cloud.example/v2/64f0a1b2c3d4e5f600000101#/clusters/detail/orders-prod)
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      g-wy9ze471xk"
    `);
  });

  test('seen closed while an unanswered call may still land is being watched', () => {
    expect(show(sample.seenClosed(sample.closingCall(sample.revoking(), 65), 66), 66)).toMatchInlineSnapshot(`
      "orders-prod was seen closed and is being watched
      Revoked by Olivia Owner, today at 11:05 UTC.
      Seen closed today at 11:06 UTC. It is being watched for two minutes, because one call to MongoDB Atlas was never answered and may still take effect.
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      Asked by: Ada Asker, today at 10:00 UTC
      Approved by: Olivia Owner, today at 10:05 UTC
      Reason:
      > Disk latency since 09:40, support wants to see the servers
      Support case: https://support.example/case/01234567
      g-wy9ze471xk"
    `);
  });

  test('at the end of its time promises no later end', () => {
    const ending = sample.closingCall(sample.active(), 1);
    const text = show(
      {
        ...ending,
        state: 'closing',
        closing: { outcome: 'expired', by: { kind: 'portcullis' }, at: sample.after(1445) },
      },
      1445,
    );
    expect(text).toContain('MongoDB Atlas was told to end it ');
    expect(text).not.toContain('may still be open until');
  });

  test('of an opening that was refused for certain says nothing of being open', () => {
    const refusal = sample.openingCall(
      sample.approved(sample.requested()),
      5,
      'refused',
      'Atlas does not know cluster orders-prod.',
    );
    const text = show(refusal, 5);
    expect(text).toContain('Making sure that orders-prod is closed');
    expect(text).toContain('Opening it was given up. Atlas does not know cluster orders-prod.');
    expect(text).not.toContain('may still be open');
  });
});

describe('what is over', () => {
  test.each([
    ['denied', sample.denied()],
    ['cancelled', sample.cancelled()],
    ['lapsed', sample.lapsed()],
    ['refused by the provider', sample.refused()],
    ['given up', sample.givenUp()],
    ['expired', sample.expired()],
    ['revoked', sample.revoked()],
    ['ended in the vendor’s console', sample.endedOutside()],
  ])('%s', (_, grant) => {
    expect(show(grant, 1500)).toMatchSnapshot();
  });

  test('says when access may have been open before anybody saw it', () => {
    const late = sample.seenOpen(sample.openingCall(sample.approved(sample.requested()), 5), 10);
    const over = sample.seenClosed(sample.closingCall(sample.revoking(late), 65, 'done'), 70);
    expect(show(over, 80)).toContain('It was open for 1 h after it was seen open, and may have been open since');
  });

  test('says nothing was opened when it was revoked before any call', () => {
    const over = sample.seenClosed(sample.revoking(sample.approved(sample.requested()), sample.oscar, 6), 6);
    expect(show(over, 80)).toContain('Oscar Second revoked support access to orders-prod\nNothing was opened.');
  });

  test('counts no time beyond the end that the provider was given', () => {
    const twoHoursLate = 24 * 60 + 5 + 120;
    const over = sample.seenClosed(
      {
        ...sample.active(),
        state: 'closing',
        closing: { outcome: 'expired', by: { kind: 'portcullis' }, at: sample.after(twoHoursLate) },
      },
      twoHoursLate,
    );
    expect(show(over, twoHoursLate)).toContain('It was open for 24 h.');
  });

  test('and opened again by a late call says so until it is seen closed, and after', () => {
    const again = sample.reopened();
    expect(show(again, 25)).toMatchInlineSnapshot(`
      "orders-prod may be open again to MongoDB support
      An earlier opening took effect only after this grant had ended; seen today at 10:25 UTC. Portcullis is closing it.
      It may still be open until tomorrow at 10:05 UTC (in 24 hours), when MongoDB Atlas ends it by itself.
      To revoke it by hand: orders-prod in MongoDB Atlas (https://cloud.example/v2/64f0a1b2c3d4e5f600000101#/clusters/detail/orders-prod)
      Cluster: orders-prod, project Shop
      Access: infrastructure and all cluster logs
      g-wy9ze471xk"
    `);
    const closedAgain = sample.seenClosed(sample.closingCall(again, 25, 'done'), 30);
    expect(show(closedAgain, 30)).toContain(
      'Later an earlier opening took effect and opened it once more; seen closed again',
    );
  });
});
