import { useState } from 'react';
import { stringIn, textIn } from '../json.ts';
import { type FieldProps, useEntries } from './entries.ts';

const inputTypes: Readonly<Record<string, string>> = { url_text_input: 'url', email_text_input: 'email' };

/** One line of text or several. What is being typed counts; what the server holds is only its beginning. */
export function TextField({ element, blockId, actionId, held, id, describedBy, invalid, required }: FieldProps) {
  const { putSoon } = useEntries();
  const [text, setText] = useState(stringIn(held?.value));
  const type = stringIn(element.type);
  const shared = {
    id,
    className: 'text-field',
    value: text,
    placeholder: textIn(element.placeholder),
    'aria-describedby': describedBy,
    'aria-invalid': invalid,
    'aria-required': required,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      setText(target.value);
      putSoon(blockId, actionId, { type, value: target.value === '' ? null : target.value });
    },
  };
  if (element.multiline === true) return <textarea {...shared} rows={3} />;
  return <input {...shared} type={inputTypes[type] ?? 'text'} />;
}
