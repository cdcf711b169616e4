import { type Tab, usePage, usePointer } from '../page-context.ts';
import { Unread } from './unread.tsx';

const names: readonly (readonly [Tab, string])[] = [
  ['people', 'People'],
  ['conversation', 'Conversation'],
  ['atlas', 'Atlas'],
  ['portal', 'Shield'],
];

/** Where one column is shown at a time. */
export function Tabs({ tab }: { readonly tab: Tab }) {
  const { state, show } = usePage();
  const pointed = usePointer();
  const unread = state.conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  return (
    <nav className="tabs" aria-label="Columns">
      {names.map(([name, label]) => (
        <button
          key={name}
          type="button"
          className="tab"
          aria-current={name === tab ? 'true' : undefined}
          {...(name === tab ? {} : pointed(`tab:${name}`))}
          onClick={() => show(name)}
        >
          {label}
          {name === 'people' && <Unread count={unread} />}
        </button>
      ))}
    </nav>
  );
}
