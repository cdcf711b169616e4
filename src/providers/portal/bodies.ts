import { type Placeholder, parseTemplate, Template, type Values } from './templates.ts';

/** A JSON document whose strings are templates. */
export type JsonTemplate =
  | Template
  | number
  | boolean
  | null
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

const deepest = 20;

/** Compiles what a configuration gives as a body. `report` is told what is wrong, and where. */
export function compileJson(
  given: unknown,
  allowed: readonly Placeholder[],
  report: (path: readonly (string | number)[], problem: string) => void,
  path: readonly (string | number)[] = [],
): JsonTemplate {
  const below = (value: unknown, key: string | number) => compileJson(value, allowed, report, [...path, key]);
  if (path.length > deepest) report(path, 'is nested too deeply');
  else if (typeof given === 'string') {
    const parsed = parseTemplate(given, allowed);
    if (parsed.ok) return parsed.template;
    report(path, parsed.problem);
  } else if (given === null || typeof given === 'boolean' || (typeof given === 'number' && Number.isFinite(given))) {
    return given;
  } else if (Array.isArray(given)) {
    return given.map(below);
  } else if (isPlain(given)) {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, below(value, key)]));
  } else report(path, 'is nothing that JSON has');
  return null;
}

export function renderJson(body: JsonTemplate, values: Values): unknown {
  if (body instanceof Template) return body.renderLeaf(values);
  if (typeof body !== 'object' || body === null) return body;
  if (isList(body)) return body.map((value) => renderJson(value, values));
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, renderJson(value, values)]));
}

/** Every template in it. */
export function templatesIn(body: JsonTemplate): Template[] {
  if (body instanceof Template) return [body];
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(templatesIn) : [];
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** `Array.isArray` does not tell a read-only array from an object. */
const isList = (value: object): value is readonly JsonTemplate[] => Array.isArray(value);
