/** What is asked. */
export interface Query {
  /** Its key, or the vendor's id; the token's where it is left out. */
  readonly organization?: string;
  /** An id, a name, or `project/name`. */
  readonly target: string;
  /** The id or the keyword of an access type. */
  readonly type?: string;
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  /** Repeats nothing of what was asked. */
  | { readonly ok: false; readonly why: string };

const parameters = ['organization', 'target', 'type'];
const longestValue = 500;

/**
 * Reads the query of an address. What is not understood is refused, never passed over: of a parameter with a mistake in its
 * name the answer would be to another question, and it might be "open".
 */
export function parseQuery(address: string): ParsedQuery {
  const wrong = (why: string): ParsedQuery => ({ ok: false, why });
  const begins = address.indexOf('?');
  const given = [...new URLSearchParams(begins < 0 ? '' : address.slice(begins + 1))];
  if (given.some(([name]) => !parameters.includes(name))) {
    return wrong('There is a parameter other than organization, target and type.');
  }
  const { organization, target, type } = Object.fromEntries(given) as Partial<Query>;
  if (target === undefined) return wrong('The parameter target is missing.');
  if (new Set(given.map(([name]) => name)).size < given.length) return wrong('A parameter is given twice.');
  if (given.some(([, value]) => value.trim() === '')) return wrong('A parameter is empty.');
  if (given.some(([, value]) => value.length > longestValue)) {
    return wrong(`A parameter is longer than ${longestValue} characters.`);
  }
  return { ok: true, query: { organization, target, type } };
}
