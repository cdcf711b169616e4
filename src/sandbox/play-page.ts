import { openBrowser } from './page-server/browser.ts';
import { gzippedBytes, readyBundle, sandboxPage } from './page-server/bundle.ts';
import { type PageServer, startPageServer } from './page-server/server.ts';

/** How many ports are tried, one after another. */
const mostPorts = 20;

export interface PlayPageOptions {
  /** The first that is tried; 0 for any. */
  readonly port: number;
  /** Whether to show the page in a browser. */
  readonly open: boolean;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Builds the page if need be, serves it with a sandbox behind it, and says where; undefined where it cannot be built. */
export async function playPage({ port, open, write, writeError }: PlayPageOptions): Promise<PageServer | undefined> {
  const bundle = await readyBundle(sandboxPage, () => write('Building the page; this is done once.\n'));
  if (bundle.kind === 'no-bundler') {
    writeError(
      'The page has not been built, and what builds it is not installed. Run npm ci without --omit=dev first, or play the tour in the terminal: npm run sandbox -- --text\n',
    );
    return undefined;
  }
  if (bundle.kind === 'built') write(`Built in ${bundle.seconds.toFixed(1)} s.\n`);
  const server = await startOnFreePort(port, writeError);
  const kilobytes = Math.ceil((await gzippedBytes(sandboxPage)) / 1000);
  write(`
  ${server.url}

Ready after ${(performance.now() / 1000).toFixed(1)} s; the page is ${kilobytes} kB, gzipped. Press Ctrl-C to end it.
`);
  if (open) openBrowser(server.url);
  return server;
}

async function startOnFreePort(first: number, onError: (line: string) => void): Promise<PageServer> {
  for (let port = first; ; port++) {
    try {
      return await startPageServer({ directory: sandboxPage.directory, port, running: true, onError });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || port === first + mostPorts - 1) throw error;
    }
  }
}
