import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { gzippedBytes, readyBundle } from '../../../src/sandbox/page-server/bundle.ts';

async function smallPage() {
  const root = await mkdtemp(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const places = {
    sources: join(root, 'page'),
    lockFile: join(root, 'package-lock.json'),
    directory: join(root, 'dist'),
  };
  await mkdir(places.sources);
  await writeFile(places.lockFile, '{}');
  await writeFile(join(places.sources, 'package.json'), '{"type":"module"}');
  await writeFile(join(places.sources, 'vite.config.ts'), 'export default {};');
  await writeFile(join(places.sources, 'index.html'), '<script type="module" src="./main.ts"></script>');
  await writeFile(join(places.sources, 'main.ts'), 'document.title = process.env.NODE_ENV as string;');
  return places;
}

it('is built when it is missing, or older than a source or the versions of its libraries', async () => {
  const places = await smallPage();
  let builds = 0;
  const ready = () => readyBundle(places, () => builds++);
  expect(await ready()).toEqual({ kind: 'built', seconds: expect.any(Number) });
  expect(await readdir(places.directory)).toEqual(expect.arrayContaining(['assets', 'index.html']));
  const [script = ''] = await readdir(join(places.directory, 'assets'));
  expect(await readFile(join(places.directory, 'assets', script), 'utf8')).toContain('production');
  expect(process.env.NODE_ENV).toBe('test');
  expect(await gzippedBytes(places)).toBeGreaterThan(100);
  expect([await ready(), builds]).toEqual([{ kind: 'current' }, 1]);
  for (const changed of [join(places.sources, 'main.ts'), places.lockFile]) {
    const later = new Date(Date.now() + 1000);
    await utimes(changed, later, later);
    expect(await ready()).toMatchObject({ kind: 'built' });
    const earlier = new Date(0);
    await utimes(changed, earlier, earlier);
    expect(await ready()).toEqual({ kind: 'current' });
  }
  expect(builds).toBe(3);
});
