import type { AtlasEmulator } from '../atlas/server.ts';
import type { AtlasTrouble } from '../page/protocol.ts';

/** Real time: whoever looks on should see the bot wait. */
const slowMs = 3_000;

/** Has Atlas behave like this from now on, in place of what troubled it before. */
export async function troubleAtlas(atlas: AtlasEmulator, trouble: AtlasTrouble): Promise<void> {
  atlas.clearFaults();
  if (trouble === 'away') {
    await atlas.down();
    return;
  }
  await atlas.up();
  switch (trouble) {
    case 'none':
      return;
    case 'slow':
      atlas.addFault({ kind: 'slow', delayMs: slowMs });
      return;
    case 'refuse':
      atlas.addFault({ kind: 'status', status: 429 });
      return;
    case 'fail':
      atlas.addFault({ kind: 'status', status: 500 });
  }
}
