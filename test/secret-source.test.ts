import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readSecret, readSecretFile } from '../src/secret-source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function file(content: string | Buffer, mode = 0o600): Promise<string> {
  const path = join(folder, 'secret');
  await writeFile(path, content, { mode });
  return path;
}

describe('the file of a secret', () => {
  it.each([
    ['as it is', 's3cret-value'],
    ['with a newline at the end', 's3cret-value\n'],
    ['as Windows editors write it', '\uFEFFs3cret-value\r\n'],
    ['with space around it', ' \ts3cret-value \n\n'],
  ])('is read %s', async (_how, content) => {
    expect(readSecretFile(await file(content))).toEqual({ ok: true, value: 's3cret-value' });
  });

  it.each([
    ['', 'names an empty file'],
    [' \n', 'names an empty file'],
    ['x'.repeat(64 * 1024 + 1), 'names a file that is too large to hold a secret'],
  ])('is refused when it holds %j', async (content, problem) => {
    expect(readSecretFile(await file(content))).toEqual({ ok: false, problem });
  });

  it('is refused when it is none', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', pipe]);
    const cases = [
      [folder, 'names a directory'],
      [join(folder, 'none'), 'names a file that does not exist'],
      [join(await file('x'), 'below'), 'names a file that does not exist'],
      [pipe, 'names something that is not a file'],
      ['/dev/zero', 'names something that is not a file'],
      [`${folder}/${'x'.repeat(300)}`, 'names a file that cannot be read (ENAMETOOLONG)'],
      ['/with\0nothing', 'names a file that cannot be read (ERR_INVALID_ARG_VALUE)'],
    ];
    for (const [path = '', problem] of cases) expect(readSecretFile(path)).toEqual({ ok: false, problem });
  });

  it.skipIf(process.getuid?.() === 0)('is refused when this process may not read it', async () => {
    const problem = 'names a file that this process may not read';
    expect(readSecretFile(await file('s3cret-value', 0o000))).toEqual({ ok: false, problem });
  });

  it('is read anew each time, through the links of a mounted Kubernetes secret as well', async () => {
    // The kubelet writes a new folder and moves the link "..data" to it: https://kubernetes.io/docs/concepts/configuration/secret
    for (const [name, content] of [
      ['..1', 'first'],
      ['..2', 'second'],
    ] as const) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'ATLAS_CLIENT_SECRET'), content);
    }
    await symlink('..1', join(folder, '..data'));
    await symlink('..data/ATLAS_CLIENT_SECRET', join(folder, 'ATLAS_CLIENT_SECRET'));
    const source = { kind: 'file', path: join(folder, 'ATLAS_CLIENT_SECRET') } as const;
    expect(await readSecret(source)).toBe('first');
    await symlink('..2', join(folder, '..new'));
    await rename(join(folder, '..new'), join(folder, '..data'));
    expect(await readSecret(source)).toBe('second');
    await unlink(join(folder, '..data'));
    await expect(readSecret(source)).rejects.toThrow(/^The setting names a file that does not exist$/);
  });

  it('is not needed for a secret that is at hand', async () => {
    expect(await readSecret({ kind: 'value', value: 's3cret-value' })).toBe('s3cret-value');
  });
});
