import { generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCommandSigner } from '../../src/signing/command-signer.ts';
import { createKeyFileSigner } from '../../src/signing/key-file-signer.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
const text = '{"at":"größer"}';

const isSigned = (signature: string): boolean =>
  verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));

async function file(content: string | Buffer, mode: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'key.pem');
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe('a key in a file', () => {
  // Whoever runs the tests may write whatever they make, and root everything.
  const readOnly = { mayWrite: async () => false };

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
    [publicKey.export({ type: 'spki', format: 'pem' }), 0o440, /holds no Ed25519 key/],
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
});

describe('a program', () => {
  const warnings: object[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const running = (script: string, environment = {}, timeoutMs?: number) =>
    createCommandSigner({ command: [process.execPath, '-e', script], environment, log, timeoutMs });
  const signing = `
    const key = require('node:crypto').createPrivateKey(process.env.KEY);
    const text = require('node:fs').readFileSync(0);
    console.log(require('node:crypto').sign(null, text, key).toString('base64'));`;

  it('signs what it reads, in an environment of its own', async () => {
    const signer = running(signing, { KEY: String(pem) });
    expect(await signer.problem()).toBeUndefined();
    expect(isSigned(await signer.sign(text))).toBe(true);
    await expect(running(`${signing}`).sign(text)).rejects.toThrow('ended with exit code 1');
  });

  it.each([
    ['console.log("no signature")', 'did not answer with an Ed25519 signature in base64'],
    ['process.exit(3)', 'ended with exit code 3'],
    ['process.kill(process.pid, "SIGTERM")', 'ended with SIGTERM'],
    ['setInterval(() => process.stdout.write("x".repeat(1000)), 1)', 'answered with more than a signature'],
  ])('that does not sign is named: %s', async (script, failure) => {
    await expect(running(script).sign(text)).rejects.toMatchObject({
      code: 'signer-failed',
      message: `${process.execPath} ${failure}`,
    });
  });

  it('that takes too long is ended, with what it has started', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`;
    await expect(running(script, {}, 300).sign(text)).rejects.toThrow('did not answer within 0.3 s');
  });

  it('that complains is heard in the log, up to a point', async () => {
    await expect(running('console.error("y".repeat(9000)); process.exit(1)').sign(text)).rejects.toThrow('exit code 1');
    expect(warnings).toContainEqual({ program: process.execPath, complaint: 'y'.repeat(2_000) });
  });

  it('has to be one that can be run', async () => {
    const signer = createCommandSigner({ command: ['/nowhere/sign'], environment: {}, log });
    expect(await signer.problem()).toMatch(/^LEDGER_SIGNER_COMMAND: \/nowhere\/sign cannot be run\./);
    await expect(signer.sign(text)).rejects.toThrow('/nowhere/sign could not be started (ENOENT)');
  });
});
