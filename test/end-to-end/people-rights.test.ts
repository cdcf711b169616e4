import { describe, expect, it } from 'vitest';
import { channelName, type Harness, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, submits, types } from './steps.ts';

type Name = keyof typeof people;

const everyone = { DECIDERS: 'project-roles' };
const asked = 'support access to payments-prod';

/** An open grant on ledger-prod and a request for payments-prod, both of the project payments. */
async function prepared(settings: Record<string, string> = everyone): Promise<Harness> {
  const harness = await startHarness({ settings });
  await types(harness, 'olivia', 'grant ledger-prod 8h logs Disk latency on the primary');
  await types(harness, 'oscar', 'request payments-prod 8h logs Primary steps down every minute');
  return harness;
}

const attempts: Readonly<Record<string, (harness: Harness, who: Name) => Promise<string>>> = {
  request: (harness, who) => types(harness, who, 'request payments/staging 4h infrastructure Primary steps down'),
  grant: (harness, who) => types(harness, who, 'grant payments/staging 4h infrastructure Primary steps down'),
  approve: (harness, who) => clicks(harness, who, 'Approve for 8 h', { message: asked }),
  deny: (harness, who) => clicks(harness, who, 'Deny', { message: asked }),
  'revoke by button': (harness, who) => clicks(harness, who, 'Revoke now', { message: 'ledger-prod is open' }),
  revoke: (harness, who) => types(harness, who, 'revoke ledger-prod'),
  block: (harness, who) => types(harness, who, 'block'),
  unblock: (harness, who) => types(harness, who, 'unblock because the case needs it'),
};

const notDone: Readonly<Record<string, string>> = {
  grant: 'Not approved. ',
  approve: 'Not approved. ',
  deny: 'Not denied. ',
  'revoke by button': 'Not revoked. ',
  revoke: 'Not revoked. ',
  block: 'Not blocked. ',
  unblock: 'Not unblocked. ',
};

/** Nothing has come of an attempt: no record, no message, no change in Atlas. */
async function expectRefused(harness: Harness, who: Name, attempt: string, answer: string): Promise<void> {
  const { atlas, slack } = harness.sandbox;
  const posts = slack.messages(harness.channel);
  const states = (await harness.allGrants()).map((grant) => `${grant._id} ${grant.state} ${grant.termsVersion}`);
  const audits = harness.audits().length;

  const said = await attempts[attempt]?.(harness, who);

  expect(said).toBe(answer);
  expect(harness[who].hasModal()).toBe(false);
  expect(slack.messages(harness.channel)).toEqual(posts);
  expect((await harness.allGrants()).map((grant) => `${grant._id} ${grant.state} ${grant.termsVersion}`)).toEqual(
    states,
  );
  expect(atlas.state.blocked).toBe(true);
  expect(inAtlas(harness, 'ledger-prod')).toBeDefined();
  expect(harness.audits().slice(audits)).toMatchObject([
    { outcome: 'refused', actor: { kind: 'person', slackId: people[who] }, organizationId: atlas.state.id },
  ]);
}

const shut = (why: string) =>
  Object.fromEntries(
    Object.entries({ request: 'Nothing was asked for. ', ...notDone }).map(([attempt, not]) => [attempt, not + why]),
  );

describe('who is no full member can do nothing and is told why', () => {
  it.each([
    ['a guest', 'gus', {}, 'Guests of this workspace cannot use Portcullis. Ask a full member.'],
    [
      'a guest of one channel',
      'dana',
      { isUltraRestricted: true },
      'Guests of this workspace cannot use Portcullis. Ask a full member.',
    ],
    [
      'somebody of a connected workspace',
      'sven',
      {},
      'People of another workspace cannot use Portcullis. Ask a member of this one.',
    ],
    ['a bot', 'dana', { isBot: true }, 'Bots cannot use Portcullis.'],
    ['somebody deactivated', 'oscar', { deleted: true }, 'This Slack account is deactivated.'],
  ] as const)('%s', async (_, who, patch, why) => {
    const harness = await prepared();
    harness.sandbox.slack.setUser(people[who], patch);
    for (const [attempt, answer] of Object.entries(shut(why))) await expectRefused(harness, who, attempt, answer);
    expect(await types(harness, who, 'whoami')).toBe(`Nothing is shown. ${why}`);
    expect(await types(harness, who, 'status')).toBe(`Nothing is shown. ${why}`);
    expect(harness.audits().slice(-2)).toMatchObject([
      { action: 'whoami', outcome: 'refused' },
      { action: 'see', outcome: 'refused' },
    ]);
  });
});

describe('a full member without the right may ask and look, and is told who has the right', () => {
  const owners = 'Olivia Owner and Oscar Second';
  const ofPayments = 'Olivia Owner, Oscar Second and Priya Project';

  async function expectNoDecider(harness: Harness, who: Name, why: (may: string) => string, ask = ofPayments) {
    const may = {
      grant: 'approve this',
      approve: 'approve this',
      deny: 'deny this',
      'revoke by button': 'revoke this',
      revoke: 'revoke this',
    };
    for (const [attempt, doing] of Object.entries(may)) {
      await expectRefused(harness, who, attempt, `${notDone[attempt]}${why(doing)} Ask ${ask}.`);
    }
    expect(await types(harness, who, 'status')).toContain('ledger-prod is open to MongoDB support');
    await attempts.request?.(harness, who);
  }

  it('an engineer', async () => {
    const harness = await prepared();
    await expectNoDecider(harness, 'erin', (may) => `Your roles in MongoDB Atlas do not let you ${may}.`);
    await expectRefused(
      harness,
      'erin',
      'block',
      `Not blocked. Only an organization owner may block support access. Ask ${owners}.`,
    );
    await expectRefused(
      harness,
      'erin',
      'unblock',
      `Not unblocked. Only an organization owner may unblock support access. Ask ${owners}.`,
    );
    expect(await types(harness, 'erin', 'whoami')).toContain(
      'You, Erin Engineer, may not decide about support access\nYour roles in MongoDB Atlas do not let you decide about support access. Ask Olivia Owner, Oscar Second, Priya Project and Sam Support.',
    );
  });

  it('somebody who manages support access of another project, through a team', async () => {
    const harness = await prepared();
    await expectNoDecider(harness, 'sam', (may) => `Your roles in MongoDB Atlas do not let you ${may}.`);
    expect(await types(harness, 'sam', 'whoami')).toContain(
      'You, Sam Support, may decide about support access to the clusters of analytics',
    );
    expect(await types(harness, 'sam', 'grant warehouse 4h logs Slow queries since noon')).toContain(
      'warehouse is open',
    );
    await types(harness, 'sam', 'revoke warehouse');
    expect(await submits(harness, 'sam')).toContain('warehouse is closed: MongoDB Atlas was seen without the grant');
  });

  it('an owner of Atlas who has not accepted the invitation', async () => {
    const harness = await prepared();
    const why =
      'Your account in MongoDB Atlas is not active: its invitation has not been accepted, or it is suspended.';
    await expectNoDecider(harness, 'pat', () => why);
    await expectRefused(harness, 'pat', 'block', `Not blocked. ${why} Ask ${owners}.`);
    expect(await types(harness, 'pat', 'whoami')).toContain(
      `You, Pat Pending, may not decide about support access\n${why}`,
    );
  });

  it('an owner whose Slack account shows no e-mail address', async () => {
    const harness = await prepared();
    harness.sandbox.slack.setUser(people.priya, { email: undefined });
    const why =
      'Your Slack account shows no e-mail address, so Portcullis cannot find you in MongoDB Atlas. A Slack administrator can mend that.';
    await expectNoDecider(harness, 'priya', () => why, owners);
    expect(await types(harness, 'priya', 'whoami')).toContain(`${why} Ask Olivia Owner, Oscar Second and Sam Support.`);
  });

  it('a member of whom Atlas knows nothing', async () => {
    const harness = await prepared();
    const why = 'No account of your organization in MongoDB Atlas has your Slack e-mail address.';
    await expectNoDecider(harness, 'dana', () => why);
    await expectRefused(harness, 'dana', 'unblock', `Not unblocked. ${why} Ask ${owners}.`);
  });
});

describe('deciders', () => {
  it('a project owner decides in the project, and not about the organization', async () => {
    const harness = await prepared();
    await types(harness, 'priya', 'revoke ledger-prod');
    expect(await submits(harness, 'priya')).toContain(
      'ledger-prod is closed: MongoDB Atlas was seen without the grant',
    );
    expect(await clicks(harness, 'priya', 'Approve for 8 h', { message: asked })).toBe('');
    expect(inAtlas(harness, 'payments-prod')).toMatchObject({ grantType: 'CLUSTER_DATABASE_LOGS' });
    expect(await types(harness, 'priya', 'grant warehouse 4h logs Slow queries since noon')).toBe(
      'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner, Oscar Second and Sam Support.',
    );
    expect(await types(harness, 'priya', 'block')).toBe(
      'Not blocked. Only an organization owner may block support access. Ask Olivia Owner and Oscar Second.',
    );
  });

  it('with the default rules project roles decide nothing', async () => {
    const harness = await prepared({});
    for (const who of ['priya', 'sam'] as const) {
      expect(await clicks(harness, who, 'Approve for 8 h', { message: asked })).toBe(
        'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner and Oscar Second.',
      );
    }
  });

  it('the second owner may do everything', async () => {
    const harness = await prepared();
    await clicks(harness, 'oscar', 'Deny', { message: asked });
    await harness.oscar.modal().fill('Reason', 'The load test explains it.');
    expect(await submits(harness, 'oscar')).toContain('Denied: support access to payments-prod');
    await clicks(harness, 'oscar', 'Revoke now', { message: 'ledger-prod is open' });
    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    await types(harness, 'oscar', 'unblock because the case needs it');
    await submits(harness, 'oscar');
    expect(harness.sandbox.atlas.state.blocked).toBe(false);
    await types(harness, 'oscar', 'block');
    await submits(harness, 'oscar');
    expect(harness.sandbox.atlas.state.blocked).toBe(true);
    expect(await types(harness, 'oscar', 'whoami')).toContain('may decide about support access to every cluster');
  });

  it('is found whatever the letter case of the e-mail address, in Slack and in Atlas', async () => {
    const harness = await prepared();
    harness.sandbox.slack.setUser(people.oscar, { email: 'OSCAR.Second@Meridian.EXAMPLE' });
    expect(await types(harness, 'oscar', 'whoami')).toContain('Link between the two: confirmed');
    expect(await types(harness, 'oscar', 'grant warehouse 4h logs Slow queries since noon')).toContain(
      'warehouse is open',
    );
    // The seed spells Erin's address in Slack with capitals.
    expect(await types(harness, 'erin', 'whoami')).toContain(
      'MongoDB Atlas: Erin Engineer, erin.engineer@meridian.example',
    );
  });

  it('who asked may take back the request and end the access, without any role', async () => {
    const harness = await prepared({});
    await types(harness, 'erin', 'request warehouse 8h logs Slow queries since noon');
    await types(harness, 'erin', 'revoke warehouse');
    expect(harness.erin.modal().title).toBe('Cancel your request');
    expect(await submits(harness, 'erin')).toContain(
      'Erin Engineer cancelled the request for support access to warehouse',
    );
    await types(harness, 'erin', 'request warehouse 8h logs Slow queries since noon');
    await clicks(harness, 'olivia', 'Approve for 8 h', { message: 'support access to warehouse' });
    await clicks(harness, 'erin', 'Revoke now', { message: 'warehouse is open' });
    expect(inAtlas(harness, 'warehouse', 'analytics')).toBeUndefined();
  });
});

describe('answers are for one person alone', () => {
  it('no refusal is seen by anybody else', async () => {
    const harness = await prepared();
    await types(harness, 'erin', 'block');
    expect(harness.olivia.sees(channelName)).not.toContain('Not blocked');
    expect(
      harness.olivia
        .ephemerals()
        .map(({ text }) => text)
        .join(),
    ).not.toContain('Not blocked');
  });
});
