import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { revoke } from '../../src/grants/decide.ts';
import { type DecisionStage, startStage } from '../http/decision/stage.ts';
import { eventually } from '../support/eventually.ts';
import { active, decision, hour, minute } from '../support/grants.ts';
import { read } from './project.ts';

/** The page behind the gate, and what reached it. */
async function adminPage(): Promise<{ readonly port: number; readonly reached: string[] }> {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(`${request.url} ${request.headers.authorization ?? 'without'}`);
    response.end('the admin page');
  });
  return { port: await listening(server), reached };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** One that nothing listens at. */
async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A recipe with these addresses in place of its own, and nothing else changed. */
function adapted(path: string, ports: Readonly<Record<string, number>>): string {
  let text = read(path);
  for (const [from, to] of Object.entries(ports)) {
    expect(text).toContain(`127.0.0.1:${from}`);
    text = text.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`);
  }
  return text;
}

/** A program of Debian's, in the foreground, ended with the test. */
async function run(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child: ChildProcess = spawn(program, words, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`Debian's ${program} is needed for this test: apt-get install nginx-light caddy`, { cause: error });
  });
  await Promise.race([once(child, 'spawn'), failed]);
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
}

const folder = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'decision-recipe-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
};

interface Gate {
  readonly stage: DecisionStage;
  readonly port: number;
  readonly reached: readonly string[];
}

/** As the recipe asks: about a target that is called `admin`. */
async function stageWithAdmin(): Promise<{ readonly stage: DecisionStage; readonly secret: string }> {
  const stage = await startStage();
  await stage.directories.update<never>('org1', (doc) => ({
    ok: true,
    doc: {
      ...doc,
      targets: doc.targets.map((target) => (target.id === 'p1/web' ? { ...target, name: 'admin' } : target)),
    },
  }));
  return { stage, secret: (await stage.token({ targets: ['admin'] })).secret };
}

const portOf = ({ address }: DecisionStage): number => Number(new URL(address).port);

const programs: Readonly<Record<string, () => Promise<Gate>>> = {
  async nginx() {
    const { stage, secret } = await stageWithAdmin();
    const { port: page, reached } = await adminPage();
    const [port, directory] = await Promise.all([freePort(), folder()]);
    const conf = join(directory, 'nginx.conf');
    await writeFile(conf, adapted('manifests/decision/nginx.conf', { 8088: port, 8080: page, 8090: portOf(stage) }));
    await writeFile(join(directory, 'portcullis-token.conf'), `proxy_set_header Authorization "Bearer ${secret}";\n`, {
      mode: 0o600,
    });
    const log = join(directory, 'error.log');
    await run('nginx', ['-p', directory, '-c', conf, '-e', log, '-g', `daemon off; pid ${directory}/nginx.pid;`]);
    return { stage, port, reached };
  },
  async Caddy() {
    const { stage, secret } = await stageWithAdmin();
    const { port: page, reached } = await adminPage();
    const [port, directory] = await Promise.all([freePort(), folder()]);
    const config = join(directory, 'Caddyfile');
    // Without its administration, whose port another one on this machine may have.
    const recipe = adapted('manifests/decision/Caddyfile', { 8088: port, 8080: page, 8090: portOf(stage) });
    await writeFile(config, `{\n\tadmin off\n}\n${recipe}`);
    const env = { PORTCULLIS_TOKEN: secret, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
    await run('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], env);
    return { stage, port, reached };
  },
};

describe.each(Object.entries(programs))('%s asks before each request', (_name, start) => {
  it('and lets nobody in but while access is open', async () => {
    const { stage, port, reached } = await start();
    const visit = async (init: RequestInit = {}): Promise<number> => {
      const response = await fetch(`http://127.0.0.1:${port}/users?page=2`, init);
      await response.text();
      return response.status;
    };
    await eventually(() => visit().catch(() => 0)).toBe(403);
    // Whatever a visitor brings along: it is not taken for the answer, nor for the token of another organization.
    const stranger = await stage.token({ organizationId: 'org2' });
    const own = { authorization: `Bearer ${stranger.secret}`, cookie: 'a=b' };
    expect(await visit({ headers: own })).toBe(403);
    expect(await visit({ method: 'POST', body: 'x'.repeat(10_000), headers: own })).toBe(403);
    expect(reached).toEqual([]);

    const { _id } = await stage.hold(active());
    expect(await visit({ headers: own })).toBe(200);
    expect(await visit({ method: 'POST', body: 'x'.repeat(10_000) })).toBe(200);
    // The page's own sign-in is left as it is.
    expect(reached).toEqual([`/users?page=2 Bearer ${stranger.secret}`, '/users?page=2 without']);

    await stage.grants.update(_id, (doc) => revoke(doc, decision(2 * minute)));
    expect(await visit()).toBe(403);
    expect(reached).toHaveLength(2);
  });

  it('and lets nobody in once the time has come, or where there is no answer', async () => {
    const { stage, port, reached } = await start();
    const visit = async (): Promise<number> => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.text();
      return response.status;
    };
    await stage.hold(active());
    await eventually(() => visit().catch(() => 0)).toBe(200);
    stage.manual.tick(4 * hour);
    await stage.clock.check();
    expect(await visit()).toBe(403);
    await stage.close();
    expect(await visit()).toBeGreaterThanOrEqual(500);
    expect(reached).toHaveLength(1);
  });
});

describe('a step of a pipeline', () => {
  const script = fileURLToPath(new URL('../../manifests/decision/ci-gate.sh', import.meta.url));
  const step = (env: Readonly<Record<string, string>>, ...words: string[]) =>
    promisify(execFile)(script, words, { env: { PATH: process.env.PATH, ...env } }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stderr }: { code: unknown; stderr: string }) => ({ code, said: stderr }),
    );

  it('goes on only while access is open', async () => {
    const { stage, secret } = await stageWithAdmin();
    const env = { PORTCULLIS_URL: stage.address, PORTCULLIS_TOKEN: secret };
    const closed = { code: 1, said: 'Support access to admin is closed, or the token may not ask about it.\n' };
    expect(await step(env, 'admin')).toEqual(closed);
    await stage.hold(active());
    expect(await step(env, 'admin')).toEqual({ code: 0, said: 'Support access to admin is open.\n' });
    expect(await step(env, 'admin', 'logs')).toMatchObject({ code: 0 });
    expect(await step(env, 'admin', 'infrastructure')).toMatchObject({ code: 1 });
    stage.manual.tick(4 * hour);
    await stage.clock.check();
    expect(await step(env, 'admin')).toEqual(closed);
  });

  it('stops where nobody can say', async () => {
    const { stage, secret } = await stageWithAdmin();
    const env = { PORTCULLIS_URL: stage.address, PORTCULLIS_TOKEN: secret };
    const unknown = { code: 2, said: 'Whether support access to admin is open is not known (answer: 401).\n' };
    expect(await step({ ...env, PORTCULLIS_TOKEN: 'pcd_none' }, 'admin')).toEqual(unknown);
    expect(await step(env, 'admin', 'no-such-type')).toMatchObject({ code: 2 });
    expect(await step(env)).toEqual({ code: 2, said: 'Usage: ci-gate.sh TARGET [TYPE]\n' });
    await stage.close();
    const { code, said } = await step(env, 'admin');
    expect(code).toBe(2);
    expect(said).toContain('not known (answer: none)');
    expect(said).not.toContain(secret);
  });
});
