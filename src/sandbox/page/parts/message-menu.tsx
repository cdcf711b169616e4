import { useId, useRef } from 'react';
import { usePage } from '../page-context.ts';
import { ActButton } from './act-button.tsx';

interface MessageMenuProps {
  readonly conversation: string;
  readonly ts: string;
  readonly author: string;
}

/** What can be done with a message: the app's message shortcuts, as Slack keeps them behind three dots. */
export function MessageMenu({ conversation, ts, author }: MessageMenuProps) {
  const { state, act } = usePage();
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const shortcuts = state.shortcuts.filter(({ kind }) => kind === 'message');
  if (shortcuts.length === 0) return null;
  return (
    <span className="message-menu">
      <button
        type="button"
        className="icon-button"
        aria-label={`More actions for the message of ${author}`}
        popoverTarget={id}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      <div ref={popover} id={id} popover="auto" className="popover">
        {shortcuts.map(({ callbackId, name }) => (
          <ActButton
            key={callbackId}
            className="menu-item"
            onAct={async () => {
              const outcome = await act({
                kind: 'message-shortcut',
                person: state.viewer,
                callbackId,
                conversation,
                ts,
              });
              if (outcome.ok) popover.current?.hidePopover();
              return outcome;
            }}
          >
            {name} about this message
          </ActButton>
        ))}
      </div>
    </span>
  );
}
