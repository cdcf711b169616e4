import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grantSentences } from '../../../../src/sandbox/page-server/narration/grant-sentences.ts';
import type { AuditLine, Happening, ToldGrant } from '../../../../src/sandbox/page-server/narration/happening.ts';
import { narrate } from '../../../../src/sandbox/page-server/narration/narrate.ts';
import { organizationSentences } from '../../../../src/sandbox/page-server/narration/organization-sentences.ts';

const now = new Date('2026-03-02T09:00:00Z');
const erin = { kind: 'person', name: 'Erin Engineer' } as const;
const olivia = { kind: 'person', name: 'Olivia Owner' } as const;
const portcullis = { kind: 'portcullis' } as const;
const outside = { kind: 'outside' } as const;

const grant: ToldGrant = {
  vendor: 'Atlas',
  cluster: 'payments-prod',
  access: 'database logs only',
  duration: '8 h',
  requester: 'Erin Engineer',
  until: new Date('2026-03-02T17:00:00Z'),
};

const audit = (action: string, actor: AuditLine['actor'], more: Partial<AuditLine> = {}): AuditLine => ({
  action,
  actor,
  outcome: 'done',
  ...more,
});

const ofGrant = (line: AuditLine, told: Partial<ToldGrant> = {}): Happening => ({
  kind: 'audit',
  line,
  grant: { ...grant, ...told },
});
const ofAll = (line: AuditLine): Happening => ({ kind: 'audit', line });

describe('what happened to a grant', () => {
  it('includes that its end was brought up', () => {
    expect(narrate({ kind: 'reminder', grant }, now)).toBe(
      'Access to payments-prod will end at 17:00, and Portcullis says so in its thread: extend it, revoke it now, or let it end by itself.',
    );
  });

  it.each<[Happening, string]>([
    [
      ofGrant(audit('request', erin)),
      'Erin asked for database logs only on payments-prod for 8 h. Nothing is open: Portcullis has told the channel and waits for an owner.',
    ],
    [
      ofGrant(audit('approve', olivia, { to: 'opening' })),
      "Olivia approved Erin's request. Portcullis asks Atlas to open database logs only on payments-prod, and calls it open only once Atlas shows it.",
    ],
    [
      ofGrant(audit('approve', olivia, { to: 'requested' })),
      "Olivia approved Erin's request. It takes one more approval.",
    ],
    [
      ofGrant(audit('approve', olivia, { to: 'opening' }), { requester: 'Olivia Owner' }),
      'Olivia approved their own request. Portcullis asks Atlas to open database logs only on payments-prod, and calls it open only once Atlas shows it.',
    ],
    [
      ofGrant(audit('deny', olivia, { reason: 'Not today' })),
      'Olivia denied Erin\'s request for payments-prod. Erin is told why: "Not today"',
    ],
    [ofGrant(audit('cancel', erin)), 'Erin took back the request for payments-prod. Nothing was opened.'],
    [ofGrant(audit('cancel', olivia)), "Olivia cancelled Erin's request for payments-prod. Nothing was opened."],
    [
      ofGrant(audit('seen-open', portcullis)),
      'Atlas opened database logs only on payments-prod. Portcullis read it back: open until 17:00.',
    ],
    [
      ofGrant(audit('seen-open', portcullis), { until: new Date('2026-03-03T01:30:00Z') }),
      'Atlas opened database logs only on payments-prod. Portcullis read it back: open until 01:30 tomorrow.',
    ],
    [
      ofGrant(audit('seen-closed', portcullis), { vendor: 'Shield', cluster: 'Production' }),
      'Portcullis read Shield back: Production is closed.',
    ],
    [
      ofGrant(audit('found', outside), { until: new Date('2026-03-05T01:30:00Z') }),
      'Portcullis found database logs only open on payments-prod until 01:30 on 5 March, which nobody asked it for. It keeps a record of it, with reminders and a button that closes it.',
    ],
    [
      ofGrant(audit('revoke', { kind: 'operator', name: 'root' })),
      'root, on the command line, ended the access to payments-prod early. Portcullis asks Atlas to close it, and does not stop before Atlas shows it closed.',
    ],
  ])('%j', (happening, text) => {
    expect(narrate(happening, now)).toBe(text);
  });
});

describe('what happened to all of it', () => {
  it.each<[Happening, string]>([
    [
      { kind: 'start', organization: 'Meridian Health', blocked: false },
      'Support can still enter Meridian Health at any time. An owner can shut it out: /support-access block',
    ],
    [
      ofAll(audit('block-changed-outside', outside, { reason: 'unblocked' })),
      'Portcullis read Atlas, and somebody had switched the block off there. It follows, and tells the channel.',
    ],
    [
      ofAll(audit('lockdown', olivia)),
      'Olivia ordered a lockdown: Portcullis blocks the organization, closes everything that is open and cancels every request.',
    ],
    [
      { kind: 'clock', to: 'next-reminder', until: new Date('2026-03-02T13:00:00Z') },
      'Time moves on to the next reminder: 13:00. Everything that came due on the way is done in its turn.',
    ],
    [
      { kind: 'atlas-block', blocked: true },
      'Somebody switched the block on in Atlas itself. Portcullis reads it every five minutes, and will notice.',
    ],
    [
      { kind: 'atlas-revoke', cluster: 'payments-prod' },
      'Somebody closed payments-prod in Atlas itself. Portcullis will notice when it reads Atlas next.',
    ],
    [
      { kind: 'atlas-visit', cluster: 'payments-prod' },
      "Somebody of MongoDB's staff reached a host of payments-prod, and Atlas records it. Portcullis tells of it with the end.",
    ],
    [
      { kind: 'portal-switch', vendor: 'Shield', tenant: 'Production', on: false },
      'Somebody switched support access to Production off in Shield itself. Portcullis reads the switch every five minutes, and will notice.',
    ],
    [
      ofAll({ ...audit('lockdown', olivia), organization: 'shield' }),
      'Olivia ordered a lockdown at Shield: Portcullis closes everything that is open there and cancels every request.',
    ],
    [{ kind: 'trouble', trouble: 'slow' }, 'Atlas now takes three seconds for each answer.'],
  ])('%j', (happening, text) => {
    expect(narrate(happening, now)).toBe(text);
  });
});

describe('what was refused', () => {
  const refused = (action: string, reason: string): AuditLine => audit(action, erin, { outcome: 'refused', reason });

  it.each<[Happening, string]>([
    [
      ofGrant(refused('approve', 'not-decider')),
      'Erin wanted to approve on payments-prod. Portcullis refused: only owners of the Atlas organization decide here. Nothing was changed.',
    ],
    [
      ofAll(refused('request', 'guest')),
      'Erin asked for access. Portcullis refused: guests of the workspace may neither ask nor see. Nothing was changed.',
    ],
    [
      ofAll(refused('something-new', 'some-new-code')),
      'Erin tried something. Portcullis refused: things have changed meanwhile. Nothing was changed.',
    ],
  ])('%j', (happening, text) => {
    expect(narrate(happening, now)).toBe(text);
  });
});

it('has words for every action that a history holds', () => {
  const folder = new URL('../../../../src/grants/', import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const actions = sources.flatMap((source) =>
    [...source.matchAll(/\baction(?:: | = |: [\w.]+ \? )(?:.*\? )?'([\w-]+)'(?: : '([\w-]+)')?/g)].flatMap(
      ([, one, other]) => (other === undefined ? [one] : [one, other]),
    ),
  );
  expect(actions).toEqual(
    expect.arrayContaining(['request', 'deny-change', 'cancel-change', 'unblock', 'seen-blocked']),
  );
  const known = Object.keys({ ...grantSentences, ...organizationSentences });
  expect([...new Set(actions)].filter((action) => !known.includes(String(action)))).toEqual([]);
});
