import { useRef, useState } from 'react';
import { isJson, stringIn, textIn } from '../json.ts';
import { nameOf, usePage } from '../page-context.ts';
import { Combobox } from './combobox.tsx';
import { type FieldProps, useEntries } from './entries.ts';
import { chosenOf, type Option, optionsOf, severalOf } from './options.ts';

const pauseMs = 150;

/** A menu that searches: the bot is asked for its entries while somebody types. */
export function SearchField(props: FieldProps) {
  const { element, blockId, actionId, held } = props;
  const { put, search } = useEntries();
  const several = element.type === 'multi_external_select';
  const [chosen, setChosen] = useState<readonly Option[]>(() =>
    several ? severalOf(held) : [chosenOf(held) ?? []].flat(),
  );
  const [options, setOptions] = useState<readonly Option[]>([]);
  const [status, setStatus] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);

  const ask = async (query: string): Promise<void> => {
    asked.current += 1;
    const mine = asked.current;
    setStatus('Searching…');
    const outcome = await search(blockId, actionId, query);
    // An answer that comes late is to a question nobody asks any more.
    if (mine !== asked.current) return;
    const found = optionsOf({ options: outcome.options, option_groups: outcome.optionGroups });
    setOptions(found);
    setStatus(outcome.ok ? (found.length === 0 ? 'Nothing found' : undefined) : outcome.error);
  };
  const onQuery = (query: string): void => {
    clearTimeout(timer.current);
    const least = typeof element.min_query_length === 'number' ? element.min_query_length : 3;
    if (query.length >= least) {
      timer.current = setTimeout(() => void ask(query), query === '' ? 0 : pauseMs);
      return;
    }
    setOptions([]);
    setStatus(`Type at least ${least} characters.`);
  };
  const hold = (next: readonly Option[]): void => {
    setChosen(next);
    const sources = next.map(({ source }) => source);
    put(blockId, actionId, {
      type: element.type,
      ...(several ? { selected_options: sources } : { selected_option: sources[0] ?? null }),
    });
  };
  const shared = { ...props, options, status, onQuery, chosen, hold };
  return several ? <Several {...shared} /> : <One {...shared} />;
}

interface ChoosingProps extends FieldProps {
  readonly options: readonly Option[];
  readonly status: string | undefined;
  readonly onQuery: (query: string) => void;
  readonly chosen: readonly Option[];
  readonly hold: (chosen: readonly Option[]) => void;
}

function One({ chosen, hold, element, ...rest }: ChoosingProps) {
  const [one] = chosen;
  return (
    <Combobox
      {...rest}
      placeholder={textIn(element.placeholder)}
      shown={one?.label ?? ''}
      isChosen={({ value }) => value === one?.value}
      onChoose={(option) => hold([option])}
      onClear={() => hold([])}
    />
  );
}

function Several({ chosen, hold, element, ...rest }: ChoosingProps) {
  const most = typeof element.max_selected_items === 'number' ? element.max_selected_items : Number.POSITIVE_INFINITY;
  const isChosen = ({ value }: Option): boolean => chosen.some((one) => one.value === value);
  const without = (gone: Option): Option[] => chosen.filter(({ value }) => value !== gone.value);
  return (
    <div className="several">
      {chosen.length > 0 && (
        <ul className="chips" aria-labelledby={rest.labelId}>
          {chosen.map((option) => (
            <li key={option.value} className="chip">
              {option.label}
              <button type="button" aria-label={`Remove ${option.label}`} onClick={() => hold(without(option))}>
                <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Combobox
        {...rest}
        status={chosen.length >= most ? `At most ${most} can be chosen.` : rest.status}
        placeholder={textIn(element.placeholder)}
        shown=""
        isChosen={isChosen}
        onChoose={(option) => {
          if (isChosen(option)) hold(without(option));
          else if (chosen.length < most) hold([...chosen, option]);
        }}
      />
    </div>
  );
}

/** Several people of the workspace. */
export function PeopleField(props: FieldProps) {
  const { element, blockId, actionId, held } = props;
  const { state } = usePage();
  const { put } = useEntries();
  const optionFor = (id: string): Option => ({ label: nameOf(state, id), value: id, source: {} });
  const ids = isJson(held) && Array.isArray(held.selected_users) ? held.selected_users.map(stringIn) : [];
  const [chosen, setChosen] = useState<readonly Option[]>(() => ids.map(optionFor));
  const [query, setQuery] = useState('');
  const everybody = Object.keys(state.names).filter((id) => /^[UW]/.test(id));
  const options = everybody
    .map(optionFor)
    .filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <Several
      {...props}
      options={options}
      status={options.length === 0 ? 'Nobody found' : undefined}
      onQuery={setQuery}
      chosen={chosen}
      hold={(next) => {
        setChosen(next);
        put(blockId, actionId, { type: element.type, selected_users: next.map(({ value }) => value) });
      }}
    />
  );
}
