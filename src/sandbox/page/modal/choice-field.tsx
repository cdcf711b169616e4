import { useState } from 'react';
import { textIn } from '../json.ts';
import { type FieldProps, useEntries } from './entries.ts';
import { chosenOf, optionsOf, severalOf } from './options.ts';

/** One of a few, or several of a few: all of them in sight. */
export function ChoiceField({ element, blockId, actionId, held, id }: FieldProps) {
  const { put } = useEntries();
  const one = element.type === 'radio_buttons';
  const initial = one ? [chosenOf(held)] : severalOf(held);
  const [chosen, setChosen] = useState<readonly string[]>(initial.flatMap((option) => option?.value ?? []));
  const options = optionsOf(element);
  const choose = (value: string, on: boolean): void => {
    const next = one
      ? [value]
      : options.map((each) => each.value).filter((v) => (v === value ? on : chosen.includes(v)));
    setChosen(next);
    const sources = options.filter((option) => next.includes(option.value)).map(({ source }) => source);
    put(blockId, actionId, {
      type: element.type,
      ...(one ? { selected_option: sources[0] ?? null } : { selected_options: sources }),
    });
  };
  return (
    <div className="choices">
      {options.map(({ label, value, source }) => (
        <label key={value} className="choice">
          <input
            type={one ? 'radio' : 'checkbox'}
            name={id}
            checked={chosen.includes(value)}
            onChange={({ target }) => choose(value, target.checked)}
          />
          <span>
            {label}
            {textIn(source.description) !== '' && <small>{textIn(source.description)}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}
