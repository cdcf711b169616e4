import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Gate } from '../../../src/sandbox/page-server/gate.ts';

it('lets in what comes in its order, alone what must be alone, and goes on after a failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ alone: fc.boolean(), fails: fc.boolean(), turns: fc.nat(3) })),
      async (visits) => {
        const gate = new Gate();
        const entered: number[] = [];
        const inside = new Set<number>();
        const results = await Promise.allSettled(
          visits.map(({ alone, fails, turns }, index) => {
            const run = async () => {
              entered.push(index);
              inside.add(index);
              for (let turn = 0; turn <= turns; turn++) {
                await Promise.resolve();
                if (alone) expect([...inside]).toEqual([index]);
                expect(gate.isAlone).toBe(alone);
              }
              inside.delete(index);
              if (fails) throw new Error(`${index}`);
              return index;
            };
            return alone ? gate.alone(run) : gate.beside(run);
          }),
        );
        expect(entered).toEqual(visits.map((_visit, index) => index));
        expect(results.map(({ status }) => status)).toEqual(
          visits.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
        );
        expect(gate.isAlone).toBe(false);
      },
    ),
  );
});

it('lets those in together that need not be alone', async () => {
  const gate = new Gate();
  let release: () => void = () => {};
  const first = gate.beside(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  await gate.beside(async () => release());
  await first;
});
