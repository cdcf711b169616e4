import type { Json } from './protocol.ts';

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; empty for anything else. */
export const listIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

export const stringIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The words of a text object, as written. */
export const textIn = (value: unknown): string => (isJson(value) ? stringIn(value.text) : '');
