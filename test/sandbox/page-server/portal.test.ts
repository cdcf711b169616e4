import { expect, it } from 'vitest';
import type { PageState } from '../../../src/sandbox/page/protocol.ts';
import { message, startPage } from './page.ts';

const channel = 'shield-access';
const switches = (tenant: string, on: boolean) => ({ kind: 'portal-switch', tenant, on }) as const;

const told = (state: PageState) => state.narration.map(({ text }) => text);
/** Production: until when its switch is on and by whom, and what the gate in front of it is told. */
const production = ({ portal: { tenants } }: PageState) => [
  tenants[0]?.on?.until,
  tenants[0]?.on?.by,
  tenants[0]?.gate.status,
];

it('is opened for seven days from its own channel, brought up twice, and disabled; the gate goes with it', async () => {
  const page = await startPage();
  const closed = await page.state('erin');
  expect(production(closed)).toEqual([undefined, undefined, 403]);
  expect(closed.portal.tenants[0]?.gate.question).toBe('GET /v1/gate?target=production');

  await page.types('olivia', '/support-access grant production 7d look Alerts have stopped arriving', channel);
  expect(production(await page.state('erin'))).toEqual(['2026-03-09T09:00:00.000Z', 'program', 204]);
  // What is open in Atlas is another organization's.
  await page.types('olivia', '/support-access grant payments-prod 24h infrastructure Primary steps down often');

  await page.done({ kind: 'clock', to: 'next-end' });
  const ended = message(await page.state('olivia'), 'Support access to payments-prod ended by itself');
  expect(ended.isBot).toBe(true);
  expect((await page.state('erin')).clock.now).toBe('2026-03-03T09:00:00.000Z');

  await page.done({ kind: 'clock', to: 'next-reminder' });
  const reminded = await page.state('erin');
  expect(reminded.clock.now).toBe('2026-03-08T09:00:00.000Z');
  expect(message(reminded, 'Production is open to Shield support for 24 h more', channel)).toMatchObject({
    isBot: true,
  });
  expect(told(reminded).at(-1)).toContain('Access to Production will end at 09:00 tomorrow');
  await page.done({ kind: 'clock', to: 'next-reminder' });
  expect((await page.state('erin')).clock.now).toBe('2026-03-09T07:00:00.000Z');

  await page.presses('olivia', 'Production is open', 'Disable now', channel);
  const disabled = await page.state('erin');
  expect(production(disabled)).toEqual([undefined, undefined, 403]);
  expect(told(disabled).at(-1)).toBe('Portcullis read Shield back: Production is closed.');
  expect(page.errors).toEqual([]);
});

it('is switched by hand in the portal, which the bot notices both ways; its gate opens once people keep that', async () => {
  const page = await startPage();
  expect(await page.act(switches('production', false))).toEqual({
    ok: false,
    error: 'The switch of Production is off already.',
  });
  expect(await page.act(switches('elsewhere', true))).toEqual({ ok: false, error: 'Shield has no tenant elsewhere.' });
  await page.done(switches('production', true));
  const on = await page.state('erin');
  expect(production(on)).toEqual(['2026-03-09T09:00:00.000Z', 'person', 403]);
  expect(told(on).at(-1)).toBe(
    'Somebody switched support access to Production on in Shield itself. Portcullis reads the switch every five minutes, and will notice.',
  );

  await page.done({ kind: 'clock', to: 'hour' });
  const found = await page.state('erin');
  expect(production(found)).toEqual(['2026-03-09T09:00:00.000Z', 'person', 403]);
  expect(message(found, 'Production', channel)).toMatchObject({ isBot: true });
  await page.presses('olivia', 'Production', 'Keep until its end', channel);
  expect(production(await page.state('erin'))).toEqual(['2026-03-09T09:00:00.000Z', 'person', 204]);

  await page.done(switches('production', false));
  await page.done({ kind: 'clock', to: 'hour' });
  const ended = await page.state('erin');
  expect(production(ended)).toEqual([undefined, undefined, 403]);
  expect(told(ended)).toContain(
    'The access to Production was ended in Shield itself. Portcullis read it twice to be sure, and has told the channel.',
  );
  expect(page.errors).toEqual([]);
});

it('is for those whom the settings name to decide on, and nobody else', async () => {
  const page = await startPage();
  await page.types('erin', '/support-access request staging 7d look Alerts have stopped arriving', channel);
  await page.presses('erin', 'Erin Engineer asks', 'Approve for 7 days', channel);
  expect(told(await page.state('erin')).at(-1)).toBe(
    'Erin wanted to approve on Staging. Portcullis refused: the settings name who decides here, and these are others. Nothing was changed.',
  );
  await page.presses('oscar', 'Erin Engineer asks', 'Approve for 7 days', channel);
  expect((await page.state('erin')).portal.tenants[1]?.gate.status).toBe(204);
});
