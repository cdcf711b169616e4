import { describe, expect, it } from 'vitest';
import type { Modal } from '../../src/sandbox/slack/modal.ts';
import { eventually } from '../support/eventually.ts';
import { type Harness, hour, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, submits, types } from './steps.ts';

type Name = 'erin' | 'olivia' | 'priya';

async function opened(harness: Harness, who: Name = 'erin', words = 'request'): Promise<Modal> {
  await types(harness, who, words);
  return harness[who].modal();
}

/** Chooses, and waits for what the form makes of it. */
async function chooses(harness: Harness, form: Modal, label: string, entry: string): Promise<string> {
  await form.choose(label, entry);
  await harness.idle();
  return form.text;
}

async function picks(harness: Harness, form: Modal, cluster: string): Promise<string> {
  await form.searches('Cluster', cluster);
  return chooses(harness, form, 'Cluster', cluster);
}

/** Without what is made up anew each time. */
const steady = (text: string): string =>
  text.replace(/g-[0-9a-z]{10}/g, 'g-…').replace(/https:\/\/acme\.slack\.com\/\S+(?=\))/g, 'https://…');

const held = (form: Modal) => Object.fromEntries(form.fields.map(({ label, value }) => [label, value]));

describe('the form of a request', () => {
  it('shows what support can and cannot see with the type that is chosen, and keeps what was entered', async () => {
    const harness = await startHarness();
    const form = await opened(harness);
    expect(form.text).toMatchSnapshot('as it opens');
    await form.fill('Reason', 'Primary steps <!channel> down');
    await form.fill('Support case', 'htt');
    await picks(harness, form, 'warehouse');
    await chooses(harness, form, 'Duration', '2 h');
    const before = held(form);
    const text = await chooses(harness, form, 'Access', 'Infrastructure and App Services sync data');
    expect(text).toMatchSnapshot('with sync data');
    expect({ ...held(form), Access: undefined }).toEqual({ ...before, Access: undefined });
    await form.fill('Support case', '');
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({
      target: { name: 'warehouse' },
      terms: { type: 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA', durationMs: 2 * hour },
      reason: 'Primary steps <!channel> down',
    });
    expect(harness.sandbox.slack.warnings).toEqual([]);
  });

  it('takes a duration of one’s own, with its mistakes at its field', async () => {
    const harness = await startHarness();
    const form = await opened(harness, 'erin', 'request payments-prod Primary steps down');
    expect(form.fields.map(({ label }) => label)).not.toContain('How long');
    expect(form.fields.find(({ label }) => label === 'Duration')?.options).toEqual([
      ...['30 min', '1 h', '2 h', '4 h', '8 h', '12 h', '24 h'],
      'Another time…',
    ]);
    await chooses(harness, form, 'Duration', 'Another time…');
    for (const typed of ['soon', '4', '25h', '10m', '-3h']) {
      await form.fill('How long', typed);
      await form.submit();
      expect(form.errors).toEqual({ 'How long': 'Choose a duration from 30 min to 24 h, for example 4h.' });
    }
    await form.fill('How long', '5h 30m');
    await chooses(harness, form, 'Access', 'Infrastructure and all cluster logs');
    expect(form.text).toContain('How long: 5h 30m');
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ terms: { durationMs: 5.5 * hour } });
  });

  it('goes back from a duration of one’s own to the menu', async () => {
    const harness = await startHarness();
    const form = await opened(harness, 'erin', 'request payments-prod Primary steps down');
    await chooses(harness, form, 'Duration', 'Another time…');
    await form.fill('How long', 'soon');
    expect(await chooses(harness, form, 'Duration', '1 h')).not.toContain('How long');
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ terms: { durationMs: hour } });
  });

  it('goes on warning of what was typed until it is put right', async () => {
    const harness = await startHarness();
    const form = await opened(harness, 'erin', 'request 99h paymnts-prod The primary steps down');
    const cluster = 'There is no cluster called “paymnts-prod”.';
    const duration = '[warning] Choose a duration from 30 min to 24 h';
    expect(form.text).toContain(duration);
    const typed = await chooses(harness, form, 'Access', 'Infrastructure and all cluster logs');
    expect(typed).toContain(cluster);
    expect(typed).toContain(duration);
    expect((await form.searches('Cluster', ''))[0]).toBe('payments-prod');
    expect(await chooses(harness, form, 'Duration', '1 h')).not.toContain(duration);
    expect(await picks(harness, form, 'payments-prod')).not.toContain(cluster);
  });
});

describe('a cluster that is not free', () => {
  it('is warned of while somebody asks for it already, with a link, and asking is told what comes of it', async () => {
    const harness = await startHarness();
    await types(harness, 'dana', 'request payments-prod 8h logs Slow queries since noon', 'engineering');
    const first = await harness.onlyGrant();
    const form = await opened(harness, 'erin', 'request');
    const text = await picks(harness, form, 'payments-prod');
    expect(steady(text)).toMatchSnapshot();
    expect(text).toContain(`${first._id} (${first.message?.permalink})`);
    expect(text).toContain('Asking for the same type of access makes nothing new.');
    const other = await chooses(harness, form, 'Access', 'Infrastructure and all cluster logs');
    expect(other).toContain('Dana Developer asked for support access to payments-prod already, ');
    expect(other).not.toContain('makes nothing new');
    expect(await picks(harness, form, 'warehouse')).not.toContain('[warning]');

    await picks(harness, form, 'payments-prod');
    await chooses(harness, form, 'Access', 'Database logs only');
    await form.fill('Reason', 'Primary steps down');
    expect(await submits(harness, 'erin')).toContain('Nothing new was made: this has been asked for already');
    expect(await harness.allGrants()).toHaveLength(1);
  });

  it('is warned of while it is open, from the start where the command named it, in the form of a grant as well', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'grant payments-prod 8h logs Slow queries since noon');
    const holder = await harness.onlyGrant();
    const form = await opened(harness, 'priya', 'request payments-prod');
    expect(steady(form.text)).toMatchSnapshot();
    expect(form.text).toContain(`${holder._id} (${holder.message?.permalink})`);
    await form.fill('Reason', 'Primary steps down');
    expect(await submits(harness, 'priya')).toContain('The request can be approved once that has ended.');

    const granting = await opened(harness, 'olivia', 'grant payments-prod');
    expect(granting.title).toBe('Grant support access');
    expect(granting.text).toContain('payments-prod is open to MongoDB support\n');
    expect(granting.text).toContain('Priya Project asked for support access to payments-prod already');
    await chooses(harness, granting, 'Access', 'Infrastructure and all cluster logs');
    await granting.fill('Reason', 'Primary steps down');
    expect(await submits(harness, 'olivia')).toContain('Your approval could not be counted');
    expect(inAtlas(harness, 'payments-prod')?.grantType).toBe('CLUSTER_DATABASE_LOGS');
  });

  it('does not keep anybody from asking where it cannot be looked up in time', async () => {
    const harness = await startHarness();
    await types(harness, 'dana', 'request payments-prod 8h infrastructure Slow queries since noon', 'engineering');
    const form = await opened(harness);
    const fault = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'hang-before' });
    await form.fill('Reason', 'Primary steps down');
    const text = await picks(harness, form, 'payments-prod');
    fault.clear();
    expect(text).not.toContain('Dana Developer');
    expect(text).toContain('Whether payments-prod has a grant or a request already could not be looked up just now.');
    expect(text).toContain('Reason: Primary steps down');
    const failing = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'error', error: 'fatal_error' });
    expect(await picks(harness, form, 'ledger-prod')).toContain('Whether ledger-prod has a grant');
    failing.clear();
    expect(await submits(harness, 'erin')).toContain('Asked for support access to ledger-prod');
  });
});

describe('choices in quick succession', () => {
  it('are both shown', async () => {
    const harness = await startHarness();
    await types(harness, 'dana', 'request payments-prod 8h infrastructure Slow queries since noon', 'engineering');
    const form = await opened(harness);
    await form.searches('Cluster', 'payments-prod');
    const slow = harness.sandbox.slack.addFault({ method: 'views.update', kind: 'hang-before', times: 1 });
    await form.choose('Cluster', 'payments-prod');
    await eventually(() => slow.hits).toBe(1);
    await form.choose('Access', 'Infrastructure and all cluster logs');
    slow.release();
    await harness.idle();
    expect(form.text).toContain('With infrastructure and all cluster logs:');
    expect(form.text).toContain('Asking for the same type of access makes nothing new.');
  });

  it('do not bring the form back over what came of sending it', async () => {
    const harness = await startHarness();
    const form = await opened(harness, 'erin', 'request payments-prod 1h Primary steps down');
    const slow = harness.sandbox.slack.addFault({ method: 'users.info', kind: 'hang-before', times: 1 });
    await form.choose('Access', 'Infrastructure and all cluster logs');
    await eventually(() => slow.hits).toBe(1);
    await form.submit();
    await eventually(() => harness.erin.modal().text).toContain('Asked for support access to payments-prod');
    slow.release();
    await harness.idle();
    expect(harness.erin.modal().text).toContain('Asked for support access to payments-prod');
    expect(harness.logs.some(({ msg }) => msg === 'A form could not be shown anew')).toBe(false);
  });

  it('leave the form as it is where Slack does not take the new one', async () => {
    const harness = await startHarness();
    const form = await opened(harness, 'erin', 'request payments-prod 1h Primary steps down');
    const fault = harness.sandbox.slack.addFault({ method: 'views.update', kind: 'error', error: 'internal_error' });
    const text = await chooses(harness, form, 'Access', 'Infrastructure and all cluster logs');
    // It says of which type it tells.
    expect(text).toContain('With database logs only:');
    fault.clear();
    await submits(harness, 'erin');
    expect(await harness.onlyGrant()).toMatchObject({ terms: { type: 'CLUSTER_INFRASTRUCTURE', durationMs: hour } });
    await clicks(harness, 'priya', 'Cancel request');
    expect(harness.logs.some(({ msg }) => msg === 'A form could not be shown anew')).toBe(true);
  });
});
