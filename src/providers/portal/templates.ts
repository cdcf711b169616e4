/** All that a template can ask for. Each is replaced by one value; there are no expressions. */
export const placeholders = [
  'target.id',
  'target.name',
  'type',
  /** ISO 8601 in UTC, whole seconds. */
  'until',
  'untilEpochSeconds',
  /** From the moment of the call, whole seconds. */
  'durationSeconds',
  'idempotencyKey',
] as const;

export type Placeholder = (typeof placeholders)[number];
export type Values = Readonly<Partial<Record<Placeholder, string>>>;

/** A leaf of a JSON body that is one of these and nothing else becomes a number. */
const numeric: readonly Placeholder[] = ['untilEpochSeconds', 'durationSeconds'];

interface Part {
  readonly text: string;
  readonly placeholder?: Placeholder;
}

/** A text with placeholders in braces, such as `/tenants/{target.id}`. */
export class Template {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  uses(...names: readonly Placeholder[]): boolean {
    return this.parts.some(({ placeholder }) => placeholder !== undefined && names.includes(placeholder));
  }

  /** Each value goes through `encode`, and what stands around it does not. */
  render(values: Values, encode: (value: string) => string): string {
    return this.parts
      .map(({ text, placeholder }) => (placeholder === undefined ? text : encode(given(values, placeholder))))
      .join('');
  }

  /** As a leaf of a JSON document. */
  renderLeaf(values: Values): string | number {
    const [only, ...rest] = this.parts;
    const isNumber = rest.length === 0 && only?.placeholder !== undefined && numeric.includes(only.placeholder);
    const text = this.render(values, (value) => value);
    return isNumber ? Number(text) : text;
  }
}

function given(values: Values, name: Placeholder): string {
  const value = values[name];
  if (value === undefined) throw new Error(`Nothing to put in place of {${name}}`);
  return value;
}

/** A template, or what is wrong with it as the rest of a sentence. `allowed` are the placeholders that mean something here. */
export function parseTemplate(
  text: string,
  allowed: readonly Placeholder[],
): { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly problem: string } {
  const parts: Part[] = [];
  for (const piece of text.split(/(\{[^{}]*\})/).filter((part) => part !== '')) {
    const name = /^\{([^{}]*)\}$/.exec(piece)?.[1];
    const placeholder = allowed.find((known) => known === name);
    if (name !== undefined && placeholder === undefined) {
      const known = allowed.map((each) => `{${each}}`).join(', ');
      return { ok: false, problem: `has {${name}}, which is not one of ${known}` };
    }
    if (name === undefined && /[{}]/.test(piece))
      return { ok: false, problem: 'has a brace that belongs to no placeholder' };
    parts.push({ text: piece, placeholder });
  }
  return { ok: true, template: new Template(parts) };
}
