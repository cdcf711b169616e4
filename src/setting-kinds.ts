import { z } from 'zod';

/** What the schema cannot say by itself: the words for people, and what is secret. */
export interface SettingNotes {
  readonly description: string;
  readonly allowed: string;
  readonly example: string;
  readonly secret?: true;
  readonly requiredWhen?: string;
}

export const notes = z.registry<SettingNotes>();

export const text = () => z.string('is not set');
export const matching = (pattern: RegExp, problem: string) => text().regex(pattern, problem);
export const address = () => text().refine(isTrustworthyAddress, 'is not an address that may be used');

/** https anywhere, http on this machine; no credentials, and nothing after the path, to which further paths are added. */
export function isTrustworthyAddress(address: string): boolean {
  if (!URL.canParse(address) || /[\s?#\\]/.test(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}

/** Without percent signs that stand for something; as it is where they stand for nothing. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
