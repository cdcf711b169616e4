import { type KeyboardEvent, useRef, useState } from 'react';
import type { Option } from './options.ts';

export interface ComboboxProps {
  readonly id: string;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly required: boolean;
  readonly placeholder: string;
  /** What the box says while nothing is typed. */
  readonly shown: string;
  readonly options: readonly Option[];
  /** Said instead of options: that it searches, that nothing was found, what went wrong. */
  readonly status: string | undefined;
  readonly onQuery: (query: string) => void;
  readonly onChoose: (option: Option) => void;
  /** Of a box with one choice that may be empty. */
  readonly onClear?: () => void;
  /** Whether an option is among what was chosen. */
  readonly isChosen: (option: Option) => boolean;
}

/** Choosing by typing, after the pattern "Editable combobox with list autocomplete" (ARIA Authoring Practices Guide). */
export function Combobox(props: ComboboxProps) {
  const { id, options, status, shown, onQuery, onChoose, onClear } = props;
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState<string>();
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(active, options.length - 1);
  const optionId = (index: number): string => `${id}-option-${index}`;

  const type = (text: string): void => {
    setQuery(text);
    setActive(0);
    setOpen(true);
    if (text === '') onClear?.();
    onQuery(text);
  };
  const expand = (): void => {
    if (open) return;
    setOpen(true);
    setActive(0);
    onQuery('');
  };
  const collapse = (): void => {
    setOpen(false);
    setQuery(undefined);
  };
  const choose = (option: Option | undefined): void => {
    if (option !== undefined) onChoose(option);
    collapse();
  };
  const move = (to: number): void => {
    setActive(to);
    list.current?.querySelector(`#${CSS.escape(optionId(to))}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => (open ? move((at + 1) % Math.max(options.length, 1)) : expand()),
      ArrowUp: () => (open ? move((at - 1 + options.length) % Math.max(options.length, 1)) : expand()),
      Enter: () => (open ? choose(options[at]) : expand()),
      ...(open ? { Escape: collapse } : {}),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    // Escape closes the list, not the modal.
    event.stopPropagation();
    act();
  };
  return (
    <div className="combobox">
      <input
        id={id}
        type="text"
        className="text-field"
        role="combobox"
        autoComplete="off"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && at >= 0 ? optionId(at) : undefined}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        aria-required={props.required}
        placeholder={props.placeholder}
        value={query ?? shown}
        onChange={({ target }) => type(target.value)}
        onFocus={({ target }) => target.select()}
        onClick={expand}
        onBlur={collapse}
        onKeyDown={onKeyDown}
      />
      <div className="combobox-popup" hidden={!open}>
        <p className="combobox-status" role="status">
          {open ? (status ?? `${options.length} to choose from`) : ''}
        </p>
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-labelledby={props.labelId}
          // The box keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
        >
          {options.map((option, index) => (
            <OptionRow
              key={option.value}
              id={optionId(index)}
              option={option}
              active={index === at}
              chosen={props.isChosen(option)}
              onChoose={() => choose(option)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface OptionRowProps {
  readonly id: string;
  readonly option: Option;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** Keys are dealt with by the box, which has the focus. */
function OptionRow({ id, option, active, chosen, onChoose }: OptionRowProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className="combobox-option"
      aria-selected={chosen}
      data-active={active || undefined}
      onPointerUp={onChoose}
    >
      {option.label}
      {option.group !== undefined && <span className="combobox-group">{option.group}</span>}
    </div>
  );
}
