import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/ledger/checkpoint.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { HeadSigner } from '../../src/work/head-signer.ts';
import { Reachability } from '../../src/work/reachability.ts';

const organization = '64f0a1b2c3d4e5f600000001';
const head = { sequence: 7, hash: 'a'.repeat(64) };
const signature = `${'s'.repeat(86)}==`;

function signing(sign: () => Promise<string>) {
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
  const kept = new Map<number, Checkpoint>();
  const logged: object[] = [];
  const checkpoints = {
    find: async (_: string, sequence: number) => kept.get(sequence),
    async keep(checkpoint: Checkpoint): Promise<Checkpoint> {
      kept.set(checkpoint.sequence, kept.get(checkpoint.sequence) ?? checkpoint);
      return kept.get(checkpoint.sequence) ?? checkpoint;
    },
  };
  const reachability = {
    signer: new Reachability(clock, 'the signer'),
    signedBefore: new Reachability(clock, 'the ledger'),
  };
  const log = { error: (fields: object) => void logged.push(fields) };
  const signer = { sign, problem: async () => undefined };
  const headSigner = new HeadSigner({ signer, checkpoints, reachability, log, now: () => clock.now() });
  const states = () => [reachability.signer.state.state, reachability.signedBefore.state.state];
  return { headSigner, checkpoints, logged, states };
}

it('goes on without a signature, whatever is thrown', async () => {
  const error = new TypeError("Cannot read properties of undefined (reading 'setEncoding')");
  let fails = true;
  const { headSigner, logged, states } = signing(async () => {
    if (fails) throw error;
    return signature;
  });
  expect(await headSigner.sign(organization, head)).toEqual({ kind: 'failed' });
  expect(logged).toEqual([{ err: error, ...head }]);
  expect(states()).toEqual(['degraded', 'ok']);
  fails = false;
  expect(await headSigner.sign(organization, head)).toMatchObject({
    kind: 'signed',
    checkpoint: { ...head, signature },
  });
  expect(states()).toEqual(['ok', 'ok']);
});

it('does not take a database that is away for a signer that fails', async () => {
  const { headSigner, checkpoints, states } = signing(async () => signature);
  checkpoints.keep = () => Promise.reject(new Error('no primary'));
  await expect(headSigner.sign(organization, head)).rejects.toThrow('no primary');
  expect(states()).toEqual(['ok', 'ok']);
});

it('signs nothing in place of another entry, and does not forget that the ledger was changed', async () => {
  const { headSigner, logged, states } = signing(async () => signature);
  await headSigner.sign(organization, head);
  const other = { ...head, hash: 'b'.repeat(64) };
  expect(await headSigner.sign(organization, other)).toEqual({ kind: 'contradicted' });
  expect(logged).toEqual([{ organizationId: organization, ...other }]);
  expect(await headSigner.sign(organization, { ...other, sequence: 8 })).toMatchObject({ kind: 'signed' });
  expect(states()).toEqual(['ok', 'degraded']);
});
