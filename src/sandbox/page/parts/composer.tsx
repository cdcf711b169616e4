import { type KeyboardEvent, useId, useState } from 'react';
import { completed, completionOf } from '../completion.ts';
import { usePage, usePointer } from '../page-context.ts';
import type { PageCommand } from '../protocol.ts';
import { useAct } from '../use-act.ts';
import { ActButton, ActError } from './act-button.tsx';

/** Where somebody writes; commands are completed as in Slack. */
export function Composer({ conversation, title }: { readonly conversation: string; readonly title: string }) {
  const { state, act } = usePage();
  const pointed = usePointer();
  const id = useId();
  const { busy, error, run } = useAct();
  const [line, setLine] = useState('');
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState(false);
  const completion = completionOf(line, state.commands);
  const choices = completion.kind === 'choices' && !closed ? completion.commands : [];
  const at = Math.min(active, choices.length - 1);

  const write = (text: string): void => {
    setLine(text);
    setActive(0);
    setClosed(false);
  };
  const send = (): void => {
    const text = line.trim();
    if (text === '') return;
    void run(async () => {
      const outcome = await act({ kind: 'send', person: state.viewer, conversation, text });
      if (outcome.ok) write('');
      return outcome;
    });
  };
  const choose = (command: PageCommand | undefined): void => {
    if (command !== undefined) write(completed(command));
  };
  const isWhole = (command: PageCommand | undefined): boolean => command?.command === line.trim().toLowerCase();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (choices.length === 0) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => setActive((at + 1) % choices.length),
      ArrowUp: () => setActive((at - 1 + choices.length) % choices.length),
      Escape: () => setClosed(true),
      ...(event.shiftKey ? {} : { Tab: () => choose(choices[at]) }),
      ...(isWhole(choices[at]) ? {} : { Enter: () => choose(choices[at]) }),
    };
    const key = keys[event.key];
    if (key === undefined) return;
    event.preventDefault();
    key();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {choices.length > 0 && (
        <Choices id={`${id}-list`} choices={choices} active={at} onChoose={choose} onPoint={setActive} />
      )}
      {completion.kind === 'usage' && <Usage id={`${id}-usage`} command={completion.command} />}
      <div className="composer-line" {...pointed('composer')}>
        <input
          type="text"
          role="combobox"
          autoComplete="off"
          aria-label={`Write to ${title}`}
          aria-autocomplete="list"
          aria-expanded={choices.length > 0}
          aria-controls={choices.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={choices.length > 0 ? `${id}-list-${at}` : undefined}
          aria-describedby={completion.kind === 'usage' ? `${id}-usage` : undefined}
          placeholder={`Write to ${title}, or type / for commands`}
          value={line}
          onChange={({ target }) => write(target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="button"
          data-tone="primary"
          aria-busy={busy}
          aria-disabled={busy || line.trim() === ''}
        >
          Send
        </button>
      </div>
      <div className="composer-foot">
        <ActError error={error} />
        <span className="composer-shortcuts">
          Shortcut:
          {state.shortcuts
            .filter(({ kind }) => kind === 'global')
            .map(({ callbackId, name }) => (
              <ActButton
                key={callbackId}
                className="link-button"
                onAct={() => act({ kind: 'shortcut', person: state.viewer, callbackId })}
              >
                {name}
              </ActButton>
            ))}
        </span>
      </div>
    </form>
  );
}

interface ChoicesProps {
  readonly id: string;
  readonly choices: readonly PageCommand[];
  readonly active: number;
  readonly onChoose: (command: PageCommand) => void;
  readonly onPoint: (index: number) => void;
}

function Choices({ id, choices, active, onChoose, onPoint }: ChoicesProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Commands"
      tabIndex={-1}
      className="command-list"
      // The composer keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
    >
      {choices.map((choice, index) => (
        <div
          key={choice.command}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="command"
          onPointerMove={() => onPoint(index)}
          onPointerUp={() => onChoose(choice)}
        >
          <span className="command-line">
            <b>{choice.command}</b> {choice.usage}
          </span>
          <span className="command-about">{choice.description}</span>
        </div>
      ))}
    </div>
  );
}

function Usage({ id, command }: { readonly id: string; readonly command: PageCommand }) {
  return (
    <p id={id} className="command-usage">
      <b>{command.command}</b> {command.usage}
      <span className="command-about">{command.description}</span>
    </p>
  );
}
