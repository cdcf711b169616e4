import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

// The same place from the sources and from what is built of them.
const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface BundlePlaces {
  /** The folder of `index.html` and `vite.config.ts`. */
  readonly sources: string;
  /** Says which versions of the libraries go into it. */
  readonly lockFile: string;
  /** Where the page is built to. */
  readonly directory: string;
}

export const sandboxPage: BundlePlaces = {
  sources: join(root, 'src/sandbox/page'),
  lockFile: join(root, 'package-lock.json'),
  directory: join(root, 'dist/sandbox/page'),
};

export type Bundle =
  | { readonly kind: 'current' }
  | { readonly kind: 'built'; readonly seconds: number }
  /** There is none, and nothing to build it with: the bundler is a development dependency. */
  | { readonly kind: 'no-bundler' };

/** Builds the page if it is missing or older than what it is made of. */
export async function readyBundle(places: BundlePlaces, onBuild: () => void): Promise<Bundle> {
  const { sources, lockFile, directory } = places;
  const builtAt = (await modifiedAt(join(directory, 'index.html'))) ?? 0;
  const newest = Math.max(await newestIn(sources), (await modifiedAt(lockFile)) ?? 0);
  if (builtAt > 0 && builtAt >= newest) return { kind: 'current' };
  const vite = await bundler();
  if (vite === undefined) return builtAt > 0 ? { kind: 'current' } : { kind: 'no-bundler' };
  onBuild();
  const startedAt = performance.now();
  await forProduction(() =>
    vite.build({
      root: sources,
      configFile: join(sources, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: directory, emptyOutDir: true },
    }),
  );
  return { kind: 'built', seconds: (performance.now() - startedAt) / 1000 };
}

/** The bundler goes by this variable where somebody has set it, and would build a page for developers. */
async function forProduction(build: () => Promise<unknown>): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** What a browser loads at most, compressed as a web server would. */
export async function gzippedBytes({ directory }: BundlePlaces): Promise<number> {
  const files = await filesIn(directory);
  const loaded = files.filter((path) => ['.html', '.js', '.css'].includes(extname(path)));
  const sizes = await Promise.all(loaded.map(async (path) => gzipSync(await readFile(path)).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bundler(): Promise<typeof import('vite') | undefined> {
  try {
    return await import('vite');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function newestIn(directory: string): Promise<number> {
  const times = await Promise.all((await filesIn(directory)).map(modifiedAt));
  return Math.max(0, ...times.map((time) => time ?? 0));
}

/** Empty where there is no such directory. */
async function filesIn(directory: string): Promise<string[]> {
  if ((await modifiedAt(directory)) === undefined) return [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
