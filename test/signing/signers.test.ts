import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCommandSigner } from '../../src/signing/command-signer.ts';
import { createKeyFileSigner } from '../../src/signing/key-file-signer.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
const text = '{"at":"größer"}';

const isSigned = (signature: string): boolean =>
  verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));

// Whoever runs the tests may write whatever they make, and root everything.
const readOnly = { mayWrite: async () => false };

async function file(content: string | Buffer, mode = 0o440): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'key.pem');
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe('a key in a file', () => {
  it('signs', async () => {
    const signer = createKeyFileSigner(await file(pem, 0o440), readOnly);
    expect(await signer.problem()).toBeUndefined();
    expect(isSigned(await signer.sign(text))).toBe(true);
  });

  it('is not used where the process could change it', async () => {
    const path = await file(pem, 0o600);
    const signer = createKeyFileSigner(path);
    const problem = `Portcullis could change ${path}. Let it be a user that may only read the file, not root, or mount it read-only.`;
    expect(await signer.problem()).toBe(`LEDGER_SIGNER_KEY_FILE: ${problem}`);
    await expect(signer.sign(text)).rejects.toMatchObject({ code: 'signer-failed', message: problem });
  });

  it.each([
    [pem, 0o444, /^LEDGER_SIGNER_KEY_FILE: everybody on the machine has rights on .*: chmod o= /],
    ['not a key', 0o440, /holds no Ed25519 key as PEM/],
    [generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o440, /holds no Ed25519 key/],
    [publicPem, 0o440, /holds no Ed25519 key/],
  ])('is refused with a sentence that says what to do (%#)', async (content, mode, problem) => {
    const signer = createKeyFileSigner(await file(content, mode), readOnly);
    expect(await signer.problem()).toMatch(problem);
    await expect(signer.sign(text)).rejects.toMatchObject({ code: 'signer-failed' });
  });

  it('has to be there', async () => {
    expect(await createKeyFileSigner('/nowhere/key.pem').problem()).toBe(
      'LEDGER_SIGNER_KEY_FILE: /nowhere/key.pem cannot be read (ENOENT). Name a file with a key.',
    );
  });

  it('has to be a file: nobody waits for what comes out of a pipe', async () => {
    const folder = dirname(await file(pem));
    const pipe = join(folder, 'pipe');
    execFileSync('/bin/sh', ['-c', 'mkfifo -m 440 "$0"', pipe]);
    for (const path of [folder, pipe]) {
      const signer = createKeyFileSigner(path, readOnly);
      expect(await signer.problem()).toBe(`LEDGER_SIGNER_KEY_FILE: ${path} is not a file. Name a file with a key.`);
      await expect(signer.sign(text)).rejects.toMatchObject({ code: 'signer-failed' });
    }
  });
});

describe('a program', () => {
  const warnings: object[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const running = async (script: string, environment = {}, timeoutMs?: number) => {
    const command = [process.execPath, '-e', script] as const;
    return createCommandSigner({ ...(await settings()), command: [...command], environment, timeoutMs });
  };
  const settings = async () => ({ environment: {}, publicKeyPath: await file(publicPem), log, ...readOnly });
  const signing = `
    const key = require('node:crypto').createPrivateKey(process.env.KEY);
    const text = require('node:fs').readFileSync(0);
    console.log(require('node:crypto').sign(null, text, key).toString('base64'));`;

  it('signs what it reads, in an environment of its own', async () => {
    const signer = await running(signing, { KEY: String(pem) });
    expect(await signer.problem()).toBeUndefined();
    expect(isSigned(await signer.sign(text))).toBe(true);
    await expect((await running(signing)).sign(text)).rejects.toThrow('ended with exit code 1');
  });

  it.each([
    ['console.log("no signature")', 'did not answer with an Ed25519 signature in base64'],
    ['process.exit(3)', 'ended with exit code 3'],
    ['process.kill(process.pid, "SIGTERM")', 'ended with SIGTERM'],
    ['setInterval(() => process.stdout.write("x".repeat(1000)), 1)', 'answered with more than a signature'],
  ])('that does not sign is named: %s', async (script, failure) => {
    await expect((await running(script)).sign(text)).rejects.toMatchObject({
      code: 'signer-failed',
      message: `${process.execPath} ${failure}`,
    });
  });

  it('that takes too long is ended, with what it has started', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`;
    await expect((await running(script, {}, 300)).sign(text)).rejects.toThrow('did not answer within 0.3 s');
  });

  it('that complains is heard in the log, up to a point', async () => {
    await expect((await running('console.error("y".repeat(9000)); process.exit(1)')).sign(text)).rejects.toThrow(
      'exit code 1',
    );
    expect(warnings).toContainEqual({ program: process.execPath, complaint: 'y'.repeat(2_000) });
  });

  it('is believed only what the public key bears out', async () => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    await expect((await running(signing, { KEY: String(other) })).sign(text)).rejects.toMatchObject({
      code: 'signer-failed',
      message: `${process.execPath} answered with a signature that is not by the public key`,
    });
  });

  it.each([
    ['no key', 'not a key'],
    ['a private key', pem],
    ['another kind', generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' })],
  ])('has a public key, not %s', async (_, content) => {
    const publicKeyPath = await file(content);
    const signer = createCommandSigner({ ...(await settings()), command: [process.execPath], publicKeyPath });
    const problem = `LEDGER_SIGNER_PUBLIC_KEY_FILE: ${publicKeyPath} holds no Ed25519 public key as PEM. To make one of a private key: openssl pkey -pubout`;
    expect(await signer.problem()).toBe(problem);
    await expect(signer.sign(text)).rejects.toMatchObject({ code: 'signer-failed', message: problem });
  });

  it('has a public key that can be read', async () => {
    const publicKeyPath = '/nowhere/ledger.pub';
    const signer = createCommandSigner({ ...(await settings()), command: [process.execPath], publicKeyPath });
    expect(await signer.problem()).toBe(
      'LEDGER_SIGNER_PUBLIC_KEY_FILE: /nowhere/ledger.pub cannot be read (ENOENT). Name a file with a key.',
    );
  });

  it('has to be one that can be run, and that Portcullis cannot change', async () => {
    const program = await file('#!/bin/sh', 0o755);
    const problems = [
      ['/nowhere/sign', 'Name a program that the user may execute.', '/nowhere/sign cannot be run.'],
      [`${program}/sign`, 'Name a program that the user may execute.', `${program}/sign cannot be run.`],
      [dirname(program), 'Name a program.', `${dirname(program)} is not a file.`],
      [
        program,
        'Let it be a user that may only run the program, not root, or mount it read-only.',
        `Portcullis could change ${program}.`,
      ],
    ] as const;
    for (const [path, advice, what] of problems) {
      const signer = createCommandSigner({ ...(await settings()), command: [path], mayWrite: undefined });
      const problem = `LEDGER_SIGNER_COMMAND: ${what} ${advice}`;
      expect(await signer.problem()).toBe(problem);
      await expect(signer.sign(text)).rejects.toMatchObject({ code: 'signer-failed', message: problem });
    }
  });

  it('that the system does not start is named: by an error that is thrown', async () => {
    // Longer than Linux takes an argument.
    const signer = await running(' '.repeat(1_000_000));
    await expect(signer.sign(text)).rejects.toMatchObject({
      code: 'signer-failed',
      message: `${process.execPath} could not be started (E2BIG)`,
    });
  });

  it('that the system does not start is named: by an error that comes later, with no pipe to the program', async () => {
    const module = new URL('../../dist/signing/command-signer.js', import.meta.url).href;
    const options = { command: [process.execPath], environment: {}, publicKeyPath: await file(publicPem) };
    const script = await file(`
      import { closeSync, openSync } from 'node:fs';
      import { createCommandSigner } from '${module}';
      const signer = createCommandSigner({ ...${JSON.stringify(options)}, mayWrite: async () => false });
      const open = [];
      try {
        for (;;) open.push(openSync('/dev/null'));
      } catch {
        // As many as there may be. One is for the key.
        closeSync(open.pop());
      }
      const said = await signer.sign('text').catch(({ code, message }) => ({ code, message }));
      for (const one of open) closeSync(one);
      process.stdout.write(JSON.stringify(said));`);
    const shell = 'ulimit -n 64; exec "$0" --input-type=module < "$1"';
    const said = execFileSync('/bin/sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({
      code: 'signer-failed',
      message: `${process.execPath} could not be started (EMFILE)`,
    });
  });
});
