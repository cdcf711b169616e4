/** The steps into a JSON document (RFC 6901). */
export type JsonPointer = readonly string[];

/** Undefined where it is no pointer. */
export function parsePointer(text: string): JsonPointer | undefined {
  if (!/^(\/([^~/]|~[01])*)*$/.test(text)) return undefined;
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What it points to; undefined where there is nothing. */
export function valueAt(document: unknown, pointer: JsonPointer): unknown {
  let value = document;
  for (const step of pointer) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
