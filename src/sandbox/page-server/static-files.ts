import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The file of the bundle under this path of the URL, `/` being its index. Only what a listing of the directory holds is
 * ever read, so a path that leads out of it names nothing.
 */
export async function staticFile(directory: string, pathname: string): Promise<StaticFile | undefined> {
  const wanted = pathname === '/' ? '/index.html' : pathname;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .find((path) => `/${relative(directory, path).split(sep).join('/')}` === wanted);
  const type = found === undefined ? undefined : contentTypes[extname(found)];
  if (found === undefined || type === undefined) return undefined;
  return {
    content: await readFile(found),
    headers: { 'content-type': type, 'cache-control': cacheControl(wanted) },
  };
}

/** The bundler names everything but the index by a hash of its content. */
function cacheControl(pathname: string): string {
  return /^\/assets\/.+-[\w-]{8}\.\w+$/.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
