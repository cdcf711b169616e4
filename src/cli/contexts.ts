import type { OperationContext } from '../operations/context.ts';
import { CommandError } from './command.ts';

/** The organization that is meant. Throws `CommandError` where that is not clear, or there is none of that key. */
export function contextOf(
  organizations: readonly { readonly config: { readonly key: string }; readonly context: OperationContext }[],
  key: string | undefined,
): OperationContext {
  const found = organizations.filter(({ config }) => key === undefined || config.key === key);
  const [only, ...others] = found;
  const keys = organizations.map(({ config }) => config.key).join(', ');
  if (only === undefined) throw new CommandError(2, `There is no organization ${key}. There is: ${keys}`);
  if (others.length > 0) throw new CommandError(2, `Which organization? Add --organization and one of: ${keys}`);
  return only.context;
}
