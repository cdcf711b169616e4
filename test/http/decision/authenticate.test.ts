import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../src/grants/tokens.ts';
import { Authenticator } from '../../../src/http/decision/authenticate.ts';
import { revokeToken } from '../../../src/operations/tokens.ts';
import { at, minute } from '../../support/grants.ts';
import { startStage } from './stage.ts';

describe('looking a token up', () => {
  it('is the same for every token, good or not: one read by its hash, and no more for a while', async () => {
    const stage = await startStage();
    const good = await stage.token();
    const expired = await stage.token({ expiresAt: at(2 * minute + 1) });
    const revoked = await stage.token();
    await revokeToken(stage.operations('org1'), stage.tokens, { id: revoked.id, operator: 'root' });
    stage.manual.tick(1);
    const reads: string[] = [];
    const authenticator = new Authenticator({
      clock: stage.clock,
      log: stage.log,
      onRead: () => {},
      tokens: {
        used: async () => {},
        find(hash) {
          reads.push(hash);
          return stage.tokens.find(hash);
        },
      },
    });
    const last = good.secret.endsWith('A') ? 'B' : 'A';
    const sent = {
      token: good.secret,
      'not-accepted': [
        expired.secret,
        revoked.secret,
        // As near to a good one as can be, and as far.
        good.secret.slice(0, -1) + last,
        good.secret.slice(0, -1),
        good._id,
        'pcd_',
        'x',
      ],
    };
    for (const [kind, secrets] of Object.entries(sent)) {
      for (const secret of [secrets].flat()) {
        for (const _again of [1, 2]) {
          expect((await authenticator.authenticate(`Bearer ${secret}`)).kind).toBe(kind);
          expect(reads.filter((hash) => hash === tokenHash(secret))).toHaveLength(1);
        }
      }
    }
    expect(reads).toHaveLength(8);
  });
});
