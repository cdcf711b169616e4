import { describe, expect, it } from 'vitest';
import { hour, minute, people } from '../support/harness.ts';
import { startPortalHarness } from '../support/portal-organization.ts';
import { clicks, everyPost, leaps, notes, readable, rootOf, submits, types } from './steps.ts';

const day = 24 * hour;
const reason = 'Alerts have stopped arriving since Monday';
const start = Date.parse('2026-03-02T09:00:00Z');

type Harness = Awaited<ReturnType<typeof startPortalHarness>>;

const everything = (harness: Harness): string =>
  everyPost(harness)
    .map((one) => readable(harness, one))
    .join('\n');
const warnings = ({ logs }: Harness) => logs.filter(({ level }) => Number(level) >= 40);

it('a week of access is asked for, opened, brought up a day and two hours before its end, and closed', async () => {
  const harness = await startPortalHarness();
  expect(await types(harness, 'erin', `request Production 7d portal ${reason}`)).toContain(
    'Duration: 7 days, counted from the approval: until Mar 10, 2026 at 09:00 UTC at the latest',
  );
  const { confirm } = await harness.olivia.clicks('Approve for 7 days', { channel: harness.channel });
  await harness.idle();
  expect(confirm).toContain(
    'Opens Production to Wardline support for 7 days, until 2026-03-10 09:00 UTC at the latest: portal access.',
  );
  const until = new Date(start + 7 * day);
  expect(harness.portal.switches.status('prod')).toMatchObject({ enabled: true, expiresAt: until.toISOString() });
  const asked = await harness.onlyGrant();
  expect(asked).toMatchObject({ state: 'active', confirmed: { until } });
  expect(asked.history.find(({ action }) => action === 'approve')?.basis).toBe('named');
  const root = rootOf(harness, asked);
  expect(root).toContain('It is open until Mar 9, 2026 at 09:00 UTC (in 7 days).');
  expect(root).toContain('[Extend] [Disable now]');

  const told = async (): Promise<string[]> => notes(harness, await harness.onlyGrant()).slice(1);
  await leaps(harness, 6 * day - minute);
  expect(await told()).toEqual([]);
  await harness.advance(2 * minute);
  expect(await told()).toEqual([expect.stringContaining('is open to Wardline support for 24 h more')]);
  await leaps(harness, 22 * hour);
  expect(await told()).toHaveLength(2);
  expect((await told()).at(-1)).toContain('Disable it now if support has what it needs');
  await leaps(harness, 2 * hour);
  await harness.advance(minute);
  expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });
  expect(harness.portal.switches.status('prod').enabled).toBe(false);
  // Of its own staff this vendor tells nothing, so nothing is said of them.
  expect((await told()).at(-1)).toContain('Support access to Production ended by itself');
  expect((await told()).at(-1)).not.toMatch(/staff|recorded/i);
  expect(warnings(harness)).toEqual([]);
});

describe('those decide whom the operator names', () => {
  it('and nobody else, as long as they are members', async () => {
    const harness = await startPortalHarness([people.olivia, people.gus]);
    await types(harness, 'erin', `request Production 1d 12h portal ${reason}`);
    const grant = await harness.onlyGrant();
    expect(grant.terms.durationMs).toBe(36 * hour);
    expect(rootOf(harness, grant)).toContain('To decide: @Olivia Owner\n');
    expect(await clicks(harness, 'oscar', 'Approve for 36 h')).toBe(
      'Not approved. Whoever runs Portcullis names who may approve this, and you are not among them. Ask @Olivia Owner.',
    );
    expect(await clicks(harness, 'gus', 'Approve for 36 h')).toContain(
      'Guests of this workspace cannot use Portcullis',
    );
    expect(await types(harness, 'olivia', 'whoami')).toContain(
      'You, Olivia Owner, may decide about support access to every tenant\n',
    );
    expect(await types(harness, 'erin', 'whoami')).toContain('Rules here: Whoever runs Portcullis names who decides. ');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
    const { links } = await harness.organizations.get('wardline');
    expect(links).toEqual([]);
    expect(everything(harness)).not.toMatch(/link|e-mail|roles?\b/i);
  });

  it('until their Slack account is deactivated', async () => {
    const harness = await startPortalHarness();
    await types(harness, 'erin', `request Production 7d portal ${reason}`);
    harness.sandbox.slack.setUser(people.oscar, { deleted: true });
    await harness.advance(10 * minute);
    expect(rootOf(harness, await harness.onlyGrant())).toContain('To decide: @Olivia Owner\n');
    expect(await clicks(harness, 'oscar', 'Approve for 7 days')).toContain('This Slack account is deactivated.');
  });
});

it('where there is no block, nothing speaks of one but the answer to who wants it', async () => {
  const harness = await startPortalHarness();
  await harness.olivia.opensHome();
  await harness.idle();
  expect(harness.olivia.home().text).toContain('Wardline support can enter a tenant only while a grant is open');
  await types(harness, 'olivia', `grant Testing 3d portal ${reason}`);
  await types(harness, 'erin', `request Production 7d portal ${reason}`);
  for (const command of ['status', 'help', 'whoami', 'request']) await types(harness, 'olivia', command);
  const form = harness.olivia.modal().text;
  await types(harness, 'olivia', 'lockdown');
  const step = harness.olivia.modal().text;
  const report = await submits(harness, 'olivia');
  await harness.advance(minute);
  expect(harness.portal.switches.status('test').enabled).toBe(false);
  expect(everything(harness)).toContain('Lockdown: everything on record is closed\n');
  expect([everything(harness), harness.olivia.home().text, form, step, report].join('\n')).not.toMatch(/block/i);
  for (const command of ['block', 'unblock 8h planned maintenance']) {
    expect(await types(harness, 'olivia', command)).toContain(
      'blocked. Wardline has no block for the whole organization: support can enter only what a grant opens.',
    );
  }
  const organization = await harness.organizations.get('wardline');
  expect(organization).not.toHaveProperty('confirmed');
  expect(organization.owed.filter(({ kind }) => kind === 'sync' || kind === 'lockdown')).toEqual([]);
  expect(warnings(harness)).toEqual([]);
});

it('what a person switches by hand in the portal is found, with its own end and reminders', async () => {
  const harness = await startPortalHarness();
  harness.portal.switches.enable('prod', 'portal', new Date(start + 5 * day));
  await harness.advance(hour);
  const grant = await harness.onlyGrant();
  expect(grant).toMatchObject({ state: 'active', wanted: { until: new Date(start + 5 * day) } });
  // Nobody chose that long here: besides the two before the end there is one every day.
  expect(grant.owed.filter(({ kind }) => kind === 'remind')).toHaveLength(3);
  harness.portal.switches.disable('prod');
  await harness.advance(6 * minute);
  expect(await harness.onlyGrant()).toMatchObject({ state: 'revoked' });
});
