import { expect, it } from 'vitest';
import { tokenHash } from '../../src/grants/tokens.ts';
import { startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';

it('an operator makes tokens, sees them, and takes them back; each is on the record, and none is stored', async () => {
  const harness = await startHarness();
  const portcullis = operator(harness);
  expect(await portcullis('token', 'list')).toEqual({ code: 0, out: 'No tokens yet.\n', complaints: '' });

  const made = await portcullis(
    'token',
    'create',
    'admin page',
    '--target',
    'payments-prod',
    '--expires',
    '2026-04-01',
  );
  expect(made.code).toBe(0);
  const secret = made.out.trim();
  expect(secret).toMatch(/^pcd_[\w-]{43}$/);
  const id = `t-${tokenHash(secret).slice(0, 12)}`;
  expect(made.complaints).toBe(`This is the token. It is shown only now; \`token revoke ${id}\` takes it back.\n`);
  // The list is by age.
  harness.sandbox.clock.tick(1_000);
  await portcullis('token', 'create', 'every gate', '--every-target');
  expect((await portcullis('token', 'list')).out.replaceAll(/t-[0-9a-f]{12}/g, 'ID')).toMatchInlineSnapshot(`
    "ID  admin page  about 64f0a1b2c3d4e5f600000101/payments-prod; good until 2026-04-01T00:00:00.000Z; never used; made by root 2026-03-02T09:00:00.000Z
    ID  every gate  about every target; good; never used; made by root 2026-03-02T09:00:01.000Z
    "
  `);

  expect(await portcullis('token', 'revoke', id)).toMatchObject({
    code: 0,
    out: `Revoked: within 5 seconds nothing is opened by ${id}, admin page.\n`,
  });
  expect(await portcullis('token', 'revoke', id)).toMatchObject({
    code: 1,
    complaints: `Nothing was changed: ${id} was revoked before.\n`,
  });
  expect((await portcullis('token', 'list')).out).toContain(`revoked by root 2026-03-02T09:00:01.000Z`);

  const { out: exported } = await portcullis('ledger', 'export');
  const entries = exported
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ subject }) => subject?.kind === 'token');
  expect(entries.map(({ actor, action, subject, after }) => [actor, action, subject.id === id, after])).toEqual([
    [
      { kind: 'operator', name: 'root' },
      'create-token',
      true,
      {
        label: 'admin page',
        targets: [expect.stringContaining('payments-prod')],
        expiresAt: '2026-04-01T00:00:00.000Z',
      },
    ],
    [{ kind: 'operator', name: 'root' }, 'create-token', false, { label: 'every gate', everyTarget: true }],
    [{ kind: 'operator', name: 'root' }, 'revoke-token', true, undefined],
  ]);
  expect(await portcullis('ledger', 'verify')).toMatchObject({ code: 0 });
  expect(exported + JSON.stringify(harness.logs)).not.toContain(secret);
});

it('what cannot be done is said, and nothing is made', async () => {
  const portcullis = operator(await startHarness());
  const attempts: [words: string[], code: number, why: string][] = [
    [['create'], 2, 'What is the token for?'],
    [['create', 'x'], 2, 'What may be asked about?'],
    [['create', 'x', '--target', 'payments-prod', '--every-target'], 2, 'What may be asked about?'],
    [
      ['create', 'x', '--target', 'payment-prod'],
      1,
      'nothing is called payment-prod. Is it one of these: payments-prod',
    ],
    [['create', 'x', '--every-target', '--expires', '2026-03-01'], 1, 'it would have expired already'],
    [['create', 'x', '--every-target', '--expires', 'soon'], 2, '--expires takes a day'],
    [['revoke'], 2, 'Which token?'],
    [['revoke', 't-none'], 1, 'there is no token t-none'],
  ];
  for (const [words, code, why] of attempts) {
    const { code: ended, out, complaints } = await portcullis('token', ...words);
    expect({ ended, out, complaints }).toEqual({ ended: code, out: '', complaints: expect.stringContaining(why) });
  }
  expect((await portcullis('token', 'list')).out).toBe('No tokens yet.\n');
});
