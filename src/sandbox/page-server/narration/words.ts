import type { Teller } from './happening.ts';

const day = 86_400_000;

/** Somebody by their first name; the sentence begins with it. */
export function nameOf(teller: Teller): string {
  switch (teller.kind) {
    case 'person':
      return firstName(teller.name);
    case 'operator':
      return `${teller.name}, on the command line,`;
    case 'portcullis':
      return 'Portcullis';
    case 'outside':
      return 'Somebody in Atlas itself';
  }
}

export const firstName = (name: string): string => name.split(' ')[0] ?? name;

/** "Erin's request", or "their own request" where it is the teller's. */
export function requestOf(requester: string, teller: Teller): string {
  return isBy(requester, teller) ? 'their own request' : `${firstName(requester)}'s request`;
}

export const isBy = (requester: string, teller: Teller): boolean =>
  teller.kind === 'person' && teller.name === requester;

/** A time of the day, and the day where it is another one. UTC, as everybody in the sandbox has it. */
export function clockTime(at: Date, now: Date): string {
  const time = at.toISOString().slice(11, 16);
  const days = Math.floor(at.getTime() / day) - Math.floor(now.getTime() / day);
  if (days === 0) return time;
  if (days === 1) return `${time} tomorrow`;
  return `${time} on ${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })}`;
}
