import { useId } from 'react';
import { isJson, stringIn, textIn } from '../json.ts';
import type { Json, PageView } from '../protocol.ts';
import { ChoiceField } from './choice-field.tsx';
import type { FieldProps } from './entries.ts';
import { MenuField } from './menu-field.tsx';
import { PeopleField, SearchField } from './search-field.tsx';
import { TextField } from './text-field.tsx';

/** Elements that are several controls. */
const groups: ReadonlySet<unknown> = new Set(['radio_buttons', 'checkboxes', 'multi_static_select']);

/** An `input` block: label, field, hint, and what the bot found wrong. */
export function InputBlock({ block, view }: { readonly block: Json; readonly view: PageView }) {
  const id = useId();
  if (!isJson(block.element)) return null;
  const blockId = stringIn(block.block_id);
  const actionId = stringIn(block.element.action_id);
  const error = view.errors[blockId];
  const hint = textIn(block.hint);
  const described = [...(hint === '' ? [] : [`${id}-hint`]), ...(error === undefined ? [] : [`${id}-error`])];
  const field: FieldProps = {
    element: block.element,
    blockId,
    actionId,
    held: view.state[blockId]?.[actionId],
    id,
    labelId: `${id}-label`,
    describedBy: described.length === 0 ? undefined : described.join(' '),
    invalid: error !== undefined,
    required: block.optional !== true,
  };
  const label = (
    <>
      {textIn(block.label)}
      {block.optional === true && <span className="optional"> (optional)</span>}
    </>
  );
  const foot = (
    <>
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== '' && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
  if (groups.has(block.element.type)) {
    return (
      <fieldset className="field" data-invalid={field.invalid || undefined} aria-describedby={field.describedBy}>
        <legend className="field-label">{label}</legend>
        <Field {...field} />
        {foot}
      </fieldset>
    );
  }
  return (
    <div className="field" data-invalid={field.invalid || undefined}>
      <label className="field-label" id={field.labelId} htmlFor={id}>
        {label}
      </label>
      <Field {...field} />
      {foot}
    </div>
  );
}

function Field(props: FieldProps) {
  switch (props.element.type) {
    case 'plain_text_input':
    case 'url_text_input':
    case 'email_text_input':
    case 'number_input':
      return <TextField {...props} />;
    case 'static_select':
      return <MenuField {...props} />;
    case 'radio_buttons':
    case 'checkboxes':
    case 'multi_static_select':
      return <ChoiceField {...props} />;
    case 'external_select':
    case 'multi_external_select':
      return <SearchField {...props} />;
    case 'multi_users_select':
      return <PeopleField {...props} />;
    default:
      return <p className="not-drawn">The sandbox does not draw inputs of the type {String(props.element.type)}.</p>;
  }
}
