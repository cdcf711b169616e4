import { describe, expect, it } from 'vitest';
import { type Harness, hour, people, startHarness } from '../support/harness.ts';
import { clicks, everyMention, everyPost, notes, readable, rootOf, submits, types } from './steps.ts';

/** What was typed leads to a form, which says what is wrong; nothing is stored and nothing is said to anybody else. */
async function askedAgain(words: string): Promise<{ harness: Harness; text: string }> {
  const harness = await startHarness();
  const before = everyPost(harness).length;
  expect(await types(harness, 'erin', `request ${words}`)).toBe('');
  const { text } = harness.erin.modal();
  expect(await harness.allGrants()).toEqual([]);
  expect(everyPost(harness)).toHaveLength(before);
  return { harness, text };
}

describe('a cluster', () => {
  it('that is unknown leads to the nearest names, which the picker offers first', async () => {
    const { harness, text } = await askedAgain('paymnts-prod 4h logs The primary steps down');
    expect(text).toContain('There is no cluster called “paymnts-prod”. The nearest: payments-prod and events-prod.');
    expect(text).toContain('Cluster: [Type a part of its name, or its project ▾]');
    const form = harness.erin.modal();
    expect((await form.searches('Cluster', ''))[0]).toBe('payments-prod');
    await form.submit();
    expect(form.errors).toEqual({ Cluster: 'Please complete this required field.' });
    expect(await harness.allGrants()).toEqual([]);
  });

  it('whose name stands in two projects leads to a choice, with all else kept', async () => {
    const { harness, text } = await askedAgain('staging 4h logs The primary steps down');
    expect(text).toContain('staging stands in several projects: payments and platform. Choose one.');
    expect(text).toContain('(•) Database logs only');
    expect(text).toContain('Duration: [4 h ▾]');
    expect(text).toContain('Reason: The primary steps down');
    const form = harness.erin.modal();
    expect((await form.searches('Cluster', '')).filter((name) => name === 'staging')).toHaveLength(2);
    await form.searches('Cluster', 'platform/staging');
    await form.choose('Cluster', 'staging');
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ target: { projectName: 'platform', name: 'staging' } });
  });

  it('may be typed in any letter case', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request PAYMENTS-Prod 4H Logs The primary steps down');
    expect(await harness.onlyGrant()).toMatchObject({
      target: { name: 'payments-prod' },
      terms: { type: 'CLUSTER_DATABASE_LOGS', durationMs: 4 * hour },
    });
  });
});

describe('a duration', () => {
  it.each([
    ['4h30', 'The duration cannot be read. Choose one from 30 min to 24 h.'],
    ['0h', 'The duration has to be longer than nothing. Choose one from 30 min to 24 h.'],
    ['-4h', 'The duration has to be longer than nothing. Choose one from 30 min to 24 h.'],
    ['29m', 'Choose a duration from 30 min to 24 h, for example 4h.'],
    ['25h', 'Choose a duration from 30 min to 24 h, for example 4h.'],
    ['999999999d', 'Choose a duration from 30 min to 24 h, for example 4h.'],
  ])('of %s leads to what is allowed, and has to be chosen', async (duration, said) => {
    const { harness, text } = await askedAgain(`payments-prod ${duration} logs The primary steps down`);
    expect(text).toContain(said);
    expect(text).toContain('Duration: [Choose ▾]');
    expect(text).toContain('Cluster: [payments-prod (payments) ▾]');
    expect(text).toContain('Reason: The primary steps down');
    await harness.erin.modal().submit();
    expect(await harness.allGrants()).toEqual([]);
  });
});

describe('a reason', () => {
  it.each([
    ['missing', '', undefined],
    ['too short', 'slow today', 'slow toda'],
    ['too long', 'x'.repeat(500), 'x'.repeat(501)],
    ['of 3,000 emoji', '🔥'.repeat(500), '🔥'.repeat(3_000)],
  ])('%s is asked for again', async (_, right, wrong) => {
    const { harness, text } = await askedAgain(`payments-prod 4h logs ${wrong ?? ''}`);
    if (wrong === undefined) return expect(text).toContain('Reason: ____');
    expect(text).toMatch(/Say in at least 10 characters|Keep the reason to 500 characters; it has (501|3000)\./);
    const form = harness.erin.modal();
    await form.submit();
    expect(form.errors).toHaveProperty('Reason');
    expect(await harness.allGrants()).toEqual([]);

    await harness.erin.modal().close();
    await types(harness, 'erin', `request payments-prod 4h logs ${right}`);
    expect(rootOf(harness, await harness.onlyGrant())).toContain(`> ${right}\n`);
  });

  const hostile = [
    '<!channel> <!here|here> <!everyone> <!subteam^S0TEAM001|team>',
    '<@U0PRIYA01> @channel @here @Priya Project',
    '<https://evil.example|https://support.mongodb.com> https://evil.example/a_b_c',
    '`code` ```block``` *bold* _italic_ ~struck~ &lt;!channel&gt; &amp;amp; :smile:',
    '\u202Eright to left\u202C and\u0000 null',
  ];

  it.each(hostile)(
    'like %j is shown exactly as typed, and notifies nobody, from the request to the end',
    async (typed) => {
      const harness = await startHarness();
      await types(harness, 'dana', `request payments-prod 1h infrastructure ${typed}`, 'engineering');
      await types(harness, 'erin', `request payments-prod 1h infrastructure ${typed}`);
      const grant = await harness.onlyGrant();
      expect(grant.reason).toBe(typed);
      expect(rootOf(harness, grant)).toContain(`> ${typed}`);
      await harness.advance(hour);
      expect(notes(harness, grant)[0]).toContain(`> ${typed}`);
      await clicks(harness, 'olivia', 'Approve for 1 h');
      await types(harness, 'erin', 'status');
      expect(rootOf(harness, await harness.onlyGrant())).toContain(`> ${typed}`);
      await types(harness, 'dana', 'revoke payments-prod', 'engineering');
      await submits(harness, 'dana');
      expect(rootOf(harness, await harness.onlyGrant())).toContain(`> ${typed}`);
      expect([...everyMention(harness)].sort()).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
      expect(harness.sandbox.slack.warnings).toEqual([]);
    },
  );

  it('typed into the form is kept to the letter too', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request payments-prod');
    const typed = 'Look at <!channel>\n```\n<@U0PRIYA01>\n``` & *this*';
    await harness.erin.modal().fill('Reason', typed);
    await submits(harness, 'erin');
    const grant = await harness.onlyGrant();
    expect(grant.reason).toBe(typed);
    expect(rootOf(harness, grant)).toContain(
      typed
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n'),
    );
    expect(everyMention(harness)).not.toContain('<!channel>');
    expect(everyMention(harness)).not.toContain(`<@${people.priya}>`);
  });
});

describe('hostile words elsewhere', () => {
  it.each(['<!channel>', 'status <!channel>', 'revoke <@U0PRIYA01>', 'request <!here>-1 4h logs', 'help <!channel>'])(
    'in %j notify nobody',
    async (words) => {
      const harness = await startHarness();
      const known = everyMention(harness);
      await types(harness, 'erin', words);
      expect(everyMention(harness)).toEqual(known);
      expect(await harness.allGrants()).toEqual([]);
      const answers = harness.erin.ephemerals().map((message) => readable(harness, message));
      for (const answer of answers) expect(answer).not.toMatch(/undefined|NaN|\[object/);
    },
  );
});
