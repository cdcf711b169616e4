import { isJson, listIn, stringIn, textIn } from '../json.ts';
import type { Json } from '../protocol.ts';

/** An entry of a menu. */
export interface Option {
  readonly label: string;
  readonly value: string;
  /** The heading it stands under. */
  readonly group?: string;
  /** As the bot gave it: this is what is sent when it is chosen. */
  readonly source: Json;
}

/** The entries of a menu, or of an answer to a search, groups in order. */
export function optionsOf(menu: { readonly options?: unknown; readonly option_groups?: unknown }): Option[] {
  const grouped = listIn(menu.option_groups).flatMap((group) =>
    listIn(group.options).map((source) => ({ ...optionOf(source), group: textIn(group.label) })),
  );
  return [...listIn(menu.options).map(optionOf), ...grouped];
}

const optionOf = (source: Json): Option => ({
  label: textIn(source.text),
  value: stringIn(source.value),
  source,
});

/** What a menu of one holds. */
export const chosenOf = (held: Json | undefined): Option | undefined =>
  isJson(held?.selected_option) ? optionOf(held.selected_option) : undefined;

/** What a menu of several holds. */
export const severalOf = (held: Json | undefined): Option[] => listIn(held?.selected_options).map(optionOf);

/** Under each other: the entries before the first heading, then heading by heading. */
export function byGroup(options: readonly Option[]): { readonly group: string; readonly options: readonly Option[] }[] {
  const groups = [...new Set(options.map(({ group }) => group ?? ''))];
  return groups.map((group) => ({ group, options: options.filter((option) => (option.group ?? '') === group) }));
}
