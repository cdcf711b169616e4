import { expect } from 'vitest';

/** For what another process or connection does in its own time: waits for it, long enough for a busy machine. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });
