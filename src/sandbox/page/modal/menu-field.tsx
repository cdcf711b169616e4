import { useState } from 'react';
import { textIn } from '../json.ts';
import { type FieldProps, useEntries } from './entries.ts';
import { byGroup, chosenOf, type Option, optionsOf } from './options.ts';

/** A menu with its own list: the browser's own, which everybody can use. */
export function MenuField({ element, blockId, actionId, held, id, describedBy, invalid, required }: FieldProps) {
  const { put } = useEntries();
  const [value, setValue] = useState(chosenOf(held)?.value ?? '');
  const options = optionsOf(element);
  const placeholder = textIn(element.placeholder) || 'Choose';
  return (
    <select
      id={id}
      className="menu-field"
      value={value}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      aria-required={required}
      onChange={({ target }) => {
        setValue(target.value);
        const chosen = options.find((option) => option.value === target.value);
        put(blockId, actionId, { type: element.type, selected_option: chosen?.source ?? null });
      }}
    >
      {(value === '' || !required) && <option value="">{placeholder}</option>}
      {byGroup(options).map(({ group, options: members }) =>
        group === '' ? (
          <Options key="" options={members} />
        ) : (
          <optgroup key={group} label={group}>
            <Options options={members} />
          </optgroup>
        ),
      )}
    </select>
  );
}

function Options({ options }: { readonly options: readonly Option[] }) {
  return options.map(({ label, value }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
}
