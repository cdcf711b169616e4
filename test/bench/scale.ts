/** `BENCH=reduced` takes about a minute and shows that the bench runs; without it the figures are worth reading. */
export const reduced = process.env.BENCH === 'reduced';

/** How often something is measured: in full, or in the reduced form. */
export const scaled = (full: number, fewer: number): number => (reduced ? fewer : full);
