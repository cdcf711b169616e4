import { createHash } from 'node:crypto';

/** Crockford's base 32, lower case: no letters that people take for digits. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The id of the grant that an operation creates. Derived, so that the same operation, replayed or retried after a lost
 * reply, names the same record. 50 bits, for example `g-7kq2m9x4td`.
 */
export function grantIdFor(organizationId: string, operationId: string): string {
  const digest = createHash('sha256').update(`${organizationId}\n${operationId}`).digest();
  const letters = [...digest.subarray(0, 10)].map((byte) => alphabet[byte % 32]);
  return `g-${letters.join('')}`;
}

/** Whether a word has the form of a grant's id. */
export const looksLikeGrantId = (word: string): boolean => /^g-[0-9a-hjkmnp-tv-z]{10}$/.test(word.toLowerCase());

export const slotFor = (organizationId: string, targetId: string): string => `${organizationId}/${targetId}`;

export const requestSlotFor = (organizationId: string, targetId: string, type: string): string =>
  `${organizationId}/${targetId}/${type}`;
