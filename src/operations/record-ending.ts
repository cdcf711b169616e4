import type { Grant } from '../grants/grant.ts';
import { recordEnding } from '../grants/record-ending.ts';
import type { OperationContext } from './context.ts';
import { auditRefusal } from './context.ts';

export type RecordEndingOutcome =
  | { readonly kind: 'recorded'; readonly grant: Grant }
  /** Only a grant that is being closed can be ended by hand. */
  | { readonly kind: 'not-closing'; readonly grant: Grant }
  /** The provider may hold access until then. */
  | { readonly kind: 'may-be-open'; readonly grant: Grant; readonly until: Date }
  | { readonly kind: 'missing' };

/** An operator, on the command line, ends a record whose target cannot be read any more. */
export async function recordEndingAsOperator(
  context: OperationContext,
  input: { readonly grantId: string; readonly operator: string; readonly operationId: string },
): Promise<RecordEndingOutcome> {
  const by = { kind: 'operator', name: input.operator } as const;
  const outcome = await context.grants.update(input.grantId, (doc) =>
    recordEnding(doc, by, input.operationId, context.clock.now()),
  );
  switch (outcome.kind) {
    case 'done':
      void context.work.grant(input.grantId);
      return { kind: 'recorded', grant: outcome.doc };
    case 'refused': {
      const { refusal } = outcome;
      await auditRefusal(context, { action: 'record-ending', actor: by, reason: refusal.code, grant: refusal.grant });
      return refusal.code === 'may-be-open'
        ? { kind: 'may-be-open', grant: refusal.grant, until: refusal.until }
        : { kind: 'not-closing', grant: refusal.grant };
    }
    case 'duplicate':
    case 'missing':
      return { kind: 'missing' };
  }
}
