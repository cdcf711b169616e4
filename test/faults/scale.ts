/** `FAULTS=reduced` is what every change is checked with, in about two minutes; without it everything runs in full. */
export const reduced = process.env.FAULTS === 'reduced';

/** How often something is done: in full, or in the reduced form. */
export const scaled = (full: number, fewer: number): number => (reduced ? fewer : full);
