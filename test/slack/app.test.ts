import { describe, expect, it } from 'vitest';
import { channelName, hour, startHarness } from '../support/harness.ts';
import { clicks, command, complete, inChannel, state, submits, unblocked } from './app-steps.ts';

describe('status, whoami, help and what is typed wrong', () => {
  it('shows the status to the asker only, with a button for owners that leads to the confirm step', async () => {
    const harness = await startHarness(unblocked);
    const { erin, olivia } = harness;
    const before = harness.sandbox.slack.messages(harness.channel).length;
    expect(await command(harness, erin, '')).toContain(
      'Support access is not blocked: MongoDB support can already enter the infrastructure of all 6 clusters',
    );
    await command(harness, olivia, 'status ledger-prod');
    expect(harness.sandbox.slack.messages(harness.channel)).toHaveLength(before);

    await clicks(harness, olivia, 'Block');
    expect(olivia.modal().title).toBe('Block support access');
  });

  it.each([
    ['status ledger-prdo', 'There is no cluster called “ledger-prdo”. The nearest: ledger-prod.'],
    ['staus', 'There is no command “staus”. Did you mean /support-access status? This is what there is:'],
    ['<!everyone> & co', 'There is no command “&lt;!everyone&gt;”. This is what there is:'],
    ['help', 'Type these in any channel.'],
    ['whoami', 'Erin.Engineer@meridian.example'.toLowerCase()],
    ['revoke', 'Nothing to revoke: nothing is open, and no request of yours waits.'],
    ['revoke ledger-prdo', 'There is no cluster called “ledger-prdo”. The nearest: ledger-prod.'],
    ['revoke g-0000000000', 'Nothing was changed: Portcullis has no such record.'],
    ['block', 'Not blocked. Only an organization owner may block support access. Ask Olivia Owner and Oscar Second.'],
  ])('answers "%s"', async (words, answer) => {
    const harness = await startHarness();
    expect(await command(harness, harness.erin, words)).toContain(answer);
  });

  it.each(['status', 'request', `request ${complete}`, 'grant', 'revoke', 'block', 'unblock', 'whoami'])(
    'tells guests and people of other workspaces who type "%s" that they cannot use it',
    async (words) => {
      const harness = await startHarness();
      expect(await command(harness, harness.gus, words)).toContain('Guests of this workspace cannot use Portcullis');
      expect(await command(harness, harness.sven, words)).toContain('People of another workspace cannot use');
      expect(await harness.allGrants()).toEqual([]);
      expect(harness.gus.hasModal()).toBe(false);
    },
  );
});

describe('request and grant', () => {
  it('posts what is unmistakable, and says where', async () => {
    const harness = await startHarness();
    const answer = await command(harness, harness.dana, `request ${complete}`, 'engineering');
    const grant = await harness.onlyGrant();
    expect(answer).toContain('Asked for support access to payments-prod, project payments');
    expect(answer).toContain(`It is posted in the channel: ${grant._id}.`);
    expect(harness.dana.sees('engineering')).toContain(`(${grant.message?.permalink})`);
    expect(grant).toMatchObject({ state: 'requested', reason: 'Primary steps down every few minutes' });
    expect(harness.dana.hasModal()).toBe(false);
  });

  it('keeps what was typed to the letter', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, 'request payments-prod logs R&D <!channel> says "a < b" &amp; `c`');
    expect(await harness.onlyGrant()).toMatchObject({ reason: 'R&D <!channel> says "a < b" &amp; `c`' });
    expect(harness.erin.sees(channelName)).toContain('> R&D <!channel> says "a < b" &amp; `c`');
  });

  it('opens a form with what was understood, and posts it from there', async () => {
    const harness = await startHarness(unblocked);
    const { erin } = harness;
    await command(harness, erin, 'request logs disk latency on the primary https://support.example/case/7');
    const form = erin.modal();
    expect(form.text).toContain('MongoDB support can enter the infrastructure of all 6 clusters anyway');
    expect(form.text).toContain(
      'A request for database logs only cannot be approved until the organization is blocked',
    );
    expect(form.text).toContain('Support cannot see\n• database audit logs: they are not included');

    expect(await form.searches('Cluster', 'ledger')).toEqual(['ledger-prod']);
    await form.choose('Cluster', 'ledger-prod');
    await form.choose('Duration', '2 h');
    const outcome = await submits(harness, erin);
    expect(outcome).toContain('Asked for support access to ledger-prod, project payments');
    expect(outcome).toContain('This cannot be approved yet.');
    expect(await harness.onlyGrant()).toMatchObject({
      target: { name: 'ledger-prod' },
      terms: { type: 'CLUSTER_DATABASE_LOGS', durationMs: 2 * hour },
      reason: 'disk latency on the primary https://support.example/case/7',
      caseUrl: 'https://support.example/case/7',
    });
  });

  it('says at the fields what is wrong, and stores nothing', async () => {
    const harness = await startHarness();
    const { erin } = harness;
    await command(harness, erin, 'request ledger-prod');
    const form = erin.modal();
    await form.fill('Reason', '    short    ');
    await form.fill('Support case', 'http://support.example/7');
    await form.submit();
    expect(form.errors).toEqual({
      Reason: 'Say in at least 10 characters why support needs access.',
      'Support case': 'Give the address of the support case as a link that begins with https://, or leave it empty.',
    });
    expect(await harness.allGrants()).toEqual([]);
    await form.fill('Reason', 'Long enough this time');
    await form.fill('Support case', '');
    expect(await submits(harness, erin)).toContain('Asked for support access to ledger-prod');
  });

  it.each([
    ['request ledger-prdo 4h logs Disk latency', 'There is no cluster called “ledger-prdo”. The nearest: ledger-prod.'],
    ['request staging 4h logs Disk latency', 'staging stands in several projects: payments and platform. Choose one.'],
    ['request ledger-prod 0h logs Disk latency', 'Choose one from 30 min to 24 h.'],
    ['request ledger-prod 4h30 logs Disk latency', 'The duration cannot be read.'],
    ['request ledger-prod 48h logs Disk latency', 'Choose a duration from 30 min to 24 h, for example 4h.'],
  ])('puts a mistake into the form: %s', async (words, warning) => {
    const harness = await startHarness();
    await command(harness, harness.erin, words);
    expect(harness.erin.modal().text).toContain(warning);
    expect(await harness.allGrants()).toEqual([]);
  });

  it('offers first what a mistyped or ambiguous name may have meant', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, 'request staging Disk latency');
    const offered = await harness.erin.modal().searches('Cluster', '');
    // By project: those with such a cluster first, and it the first there.
    expect(offered).toEqual(['staging', 'ledger-prod', 'payments-prod', 'staging', 'events-prod', 'warehouse']);
  });

  it('opens at once for a decider, and says so', async () => {
    const harness = await startHarness();
    expect(await command(harness, harness.olivia, `grant ${complete}`)).toContain(
      'payments-prod is open to MongoDB support',
    );
    expect(await state(harness)).toBe('active');
    expect(await command(harness, harness.erin, 'grant')).toContain('Not approved. Your roles in MongoDB Atlas');
  });

  it('waits for another decider where own approvals do not count', async () => {
    const harness = await startHarness({ settings: { OWN_APPROVAL_COUNTS: 'false' } });
    expect(await command(harness, harness.olivia, `grant ${complete}`)).toContain(
      'your own approval does not count here',
    );
    expect(await state(harness)).toBe('requested');
  });

  it('says what there is already', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, `request ${complete}`);
    expect(await command(harness, harness.dana, `request ${complete}`, 'engineering')).toContain(
      'Erin Engineer asked for support access to payments-prod',
    );
    await clicks(harness, harness.olivia, 'Approve for 4 h');
    expect(await command(harness, harness.dana, `request ${complete}`, 'engineering')).toContain(
      'The request can be approved once that has ended.',
    );
  });

  it('makes nothing twice of a payload that comes twice', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, `request ${complete}`);
    await harness.sandbox.workspace.replay();
    await harness.idle();
    expect(await harness.allGrants()).toHaveLength(1);
  });
});

describe('buttons', () => {
  it('approves for deciders, and tells others why not', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, `request ${complete}`);
    expect(await clicks(harness, harness.erin, 'Approve for 4 h')).toContain(
      'Not approved. Your roles in MongoDB Atlas do not let you approve this. Ask Olivia Owner and Oscar Second.',
    );
    expect(await clicks(harness, harness.olivia, 'Approve for 4 h')).toBe('');
    expect(await state(harness)).toBe('active');
  });

  it('tells the second of two deciders who was first', async () => {
    const harness = await startHarness();
    await command(harness, harness.erin, `request ${complete}`);
    const replies = await Promise.all([
      harness.olivia.clicks('Approve for 4 h', inChannel),
      harness.oscar.clicks('Approve for 4 h', inChannel),
    ]);
    await harness.idle();
    const told = replies.flatMap((reply) => reply.ephemerals.map((message) => message.text));
    expect(told).toEqual([expect.stringMatching(/decided already.*(Olivia Owner|Oscar Second) approved it/s)]);
  });

  it('asks for the reason of a denial', async () => {
    const harness = await startHarness();
    const { erin, oscar } = harness;
    await command(harness, erin, `request ${complete}`);
    expect(await clicks(harness, erin, 'Deny')).toContain('Not denied.');
    expect(erin.hasModal()).toBe(false);

    await clicks(harness, oscar, 'Deny');
    const form = oscar.modal();
    await form.fill('Reason', 'no');
    await form.submit();
    expect(form.errors).toEqual({ Reason: expect.stringContaining('Say why') });
    await oscar.modal().fill('Reason', 'Not before the release');
    expect(await submits(harness, oscar)).toContain('Denied: support access to payments-prod');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'denied', denial: { reason: 'Not before the release' } });
  });

  it('answers a denial that comes too late', async () => {
    const harness = await startHarness();
    const { olivia, oscar } = harness;
    await command(harness, harness.erin, `request ${complete}`);
    await clicks(harness, oscar, 'Deny');
    await clicks(harness, olivia, 'Approve for 4 h');
    await oscar.modal().fill('Reason', 'Not before the release');
    expect(await submits(harness, oscar)).toContain('this is decided already');
    expect(await state(harness)).toBe('active');
  });

  it('says the outcome where the message with the button does not show it', async () => {
    const harness = await startHarness();
    const { erin, olivia, sandbox } = harness;
    await command(harness, olivia, 'grant payments-prod 1h infrastructure Primary steps down again');
    await sandbox.advance(hour / 2);
    expect(await clicks(harness, olivia, 'Let it end')).toContain('No more reminders for payments-prod');
    expect(await clicks(harness, erin, 'Revoke now', { message: '30 min more' })).toContain('Not revoked.');
    expect(await clicks(harness, olivia, 'Revoke now', { message: '30 min more' })).toContain(
      'payments-prod is closed: MongoDB Atlas was seen without the grant',
    );
    // The answer stands where the click was: in the thread.
    const [grant] = await harness.allGrants();
    expect(sandbox.slack.ephemerals(olivia.id).at(-1)?.threadTs).toBe(grant?.message?.ts);
    expect(await clicks(harness, olivia, 'Let it end')).toContain(
      'Nothing was changed: there are no more reminders here.',
    );
  });

  it('revokes from the grant itself without a word more', async () => {
    const harness = await startHarness();
    await command(harness, harness.olivia, `grant ${complete}`);
    const grant = await harness.onlyGrant();
    expect(await clicks(harness, harness.oscar, 'Revoke now', { message: grant.message?.ts })).toBe('');
    expect(await state(harness)).toBe('revoked');
  });

  it('answers what an older version left behind', async () => {
    const harness = await startHarness();
    const { erin, sandbox } = harness;
    await command(harness, erin, `request ${complete}`);
    const grant = await harness.onlyGrant();
    const message = grant.message ?? { channel: '', ts: '' };
    const button = (action_id: string, text: string, more = {}) => ({
      type: 'button',
      action_id,
      text: { type: 'plain_text', text },
      ...more,
    });
    const elements = [
      button('gone', 'Gone'),
      button('approve-grant', 'Garbled', { value: 'x' }),
      button('link', 'Link', { url: 'https://a.example/' }),
    ];
    sandbox.slack.state.ledger.update(message.channel, message.ts, { blocks: [{ type: 'actions', elements }] });
    expect(await clicks(harness, erin, 'Gone')).toContain('from an older version of Portcullis');
    expect(await clicks(harness, erin, 'Garbled')).toContain('from an older version of Portcullis');
    expect(await clicks(harness, erin, 'Link')).toBe('');
  });
});

describe('what goes wrong', () => {
  it('opens a loading view while a look-up takes its time', async () => {
    const harness = await startHarness();
    const { erin, sandbox } = harness;
    const fault = sandbox.slack.addFault({ method: 'users.info', kind: 'hang-before' });
    const opened = new Promise<void>((resolve) => {
      const { ledger } = sandbox.slack.state;
      const showView = ledger.showView.bind(ledger);
      ledger.showView = (...shown) => {
        showView(...shown);
        resolve();
      };
    });
    await erin.types('/support-access request disk latency', inChannel);
    await opened;
    expect(erin.modal().text).toContain('Reading what this needs.');
    fault.clear();
    await harness.idle();
    expect(erin.modal().title).toBe('Ask for support access');
  });

  it('tells people that Slack does not say who they are, with a reference that the log has too', async () => {
    const harness = await startHarness();
    harness.sandbox.slack.addFault({ method: 'users.info', kind: 'http-status', status: 500 });
    const answer = await command(harness, harness.erin, 'status');
    expect(answer).toContain('Slack does not tell Portcullis who you are right now, so nothing was changed.');
    const [, reference] = /: ([0-9a-f]{8})$/.exec(answer) ?? [];
    expect(harness.logs).toContainEqual(expect.objectContaining({ reference, msg: 'A handler failed' }));
  });

  it('tells people that the database is away, in the form that they sent', async () => {
    const harness = await startHarness();
    const { olivia } = harness;
    await command(harness, olivia, `grant ${complete}`);
    await command(harness, olivia, 'revoke');
    await harness.database.close();
    expect(await submits(harness, olivia)).toMatch(/database.*Try again in a minute/s);
  });

  it('tells an outcome to people who have closed the form', async () => {
    const harness = await startHarness();
    const { olivia, sandbox } = harness;
    await command(harness, olivia, `grant ${complete}`);
    await command(harness, olivia, 'revoke');
    const fault = sandbox.atlas.addFault({ call: 'revoke', kind: 'hang' });
    const reply = await olivia.modal().submit();
    await fault.waitForHit();
    await olivia.modal().close();
    await fault.release();
    await harness.idle();
    expect(reply.ephemerals.map((message) => message.text).join()).toContain('payments-prod is closed');
  });

  it('refuses what does not come from Slack, or comes late', async () => {
    const harness = await startHarness();
    const { workspace } = harness.sandbox;
    await command(harness, harness.erin, 'help');
    expect((await workspace.forge()).status).toBe(401);
    expect((await workspace.sendWithTimestamp(-6 * 60)).status).toBe(401);
    expect((await workspace.sendRaw('x'.repeat(1024 * 1024 + 1), {})).status).toBe(413);
  });

  it('needs no Slack to start', async () => {
    const harness = await startHarness();
    const { sandbox } = harness;
    sandbox.slack.down();
    await sandbox.stopBot();
    await sandbox.startBot();
    expect(sandbox.bot.port).toBeGreaterThan(0);
    sandbox.slack.up();
    expect(await command(harness, harness.erin, 'status')).toContain('Support access is blocked');
  });
});
