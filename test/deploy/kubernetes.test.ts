import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { healthRoutes } from '../../src/http/health-routes.ts';
import { settingNames } from '../../src/settings.ts';
import { stages } from './containerfile.ts';
import { read, root } from './project.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

const manifests: Manifest[] = parseAllDocuments(read('manifests/kubernetes.yaml')).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS();
});

function only<T>(kind: string): T {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`${kind}: ${more.length + (found ? 1 : 0)}`);
  return found as T;
}

/** Complaints of the compiler about these manifests as literals of the types that are made from the API's own schema. */
function complaints(objects: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const types = dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));
  const module = ({ apiVersion }: Manifest): string =>
    apiVersion === 'v1' ? 'core/v1' : apiVersion.replace(/(\.k8s\.io)?\//, '/');
  const lines = objects.map(
    (object, index) =>
      `export const _${index}: import('${types}/${module(object)}').${object.kind} = ${JSON.stringify(object, null, 1)};`,
  );
  writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--types', '', '--module', 'nodenext'];
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'manifests.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.trim().split('\n');
  }
}

const deployment = only<Deployment>('Deployment').spec;
const pod = deployment?.template.spec;
const [container] = pod?.containers ?? [];

describe('the schema of Kubernetes', () => {
  it('takes every object', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'Deployment',
      'PodDisruptionBudget',
      'NetworkPolicy',
    ]);
    expect(complaints(manifests)).toEqual([]);
  });

  it.each([
    ['a field that it does not know', { replicass: 2 }],
    ['a value of another kind', { replicas: 'two' }],
  ])('would not take %s', (_, wrong) => {
    const manifest = { ...only<Manifest>('Deployment'), spec: { ...deployment, ...wrong } };
    expect(complaints([manifest])).toEqual([expect.stringContaining('error TS')]);
  });
});

it('selects its own pods everywhere', () => {
  const labels = deployment?.template.metadata?.labels;
  expect(labels).toBeDefined();
  expect(deployment?.selector.matchLabels).toEqual(labels);
  expect(only<PodDisruptionBudget>('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(labels);
  expect(only<NetworkPolicy>('NetworkPolicy').spec?.podSelector.matchLabels).toEqual(labels);
  for (const { labelSelector } of pod?.topologySpreadConstraints ?? [])
    expect(labelSelector?.matchLabels).toEqual(labels);
});

it('keeps one of two processes whatever is taken away or replaced', () => {
  expect(deployment?.replicas).toBe(2);
  expect(deployment?.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
  expect(only<PodDisruptionBudget>('PodDisruptionBudget').spec?.maxUnavailable).toBe(1);
  expect(pod?.topologySpreadConstraints).toHaveLength(2);
});

it('asks for health where the bot answers', () => {
  const paths = healthRoutes({} as Parameters<typeof healthRoutes>[0]).map(({ path }) => path);
  const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];
  expect(probes.map((probe) => probe?.httpGet?.path)).toEqual(['/healthz', '/healthz', '/readyz']);
  for (const probe of probes) {
    expect(paths).toContain(probe?.httpGet?.path);
    const port = container?.ports?.find(({ name }) => name === probe?.httpGet?.port);
    expect(String(port?.containerPort)).toBe(container?.env?.find(({ name }) => name === 'HEALTH_PORT')?.value);
  }
});

it('names no secret, only where it is kept', () => {
  expect(container?.envFrom).toEqual([{ secretRef: { name: 'portcullis' } }]);
  expect(settingNames()).toContain('HEALTH_PORT');
  expect(container?.env?.map(({ name }) => name)).toEqual(['HEALTH_PORT']);
});

it('runs as the image’s user, with no right, no token and no file to write', () => {
  const [user] = stages().at(-1)?.said('USER') ?? [];
  expect(`${pod?.securityContext?.runAsUser}:${pod?.securityContext?.runAsGroup}`).toBe(user);
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(pod?.automountServiceAccountToken).toBe(false);
  expect(pod?.volumes).toBeUndefined();
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

it('has twice the memory that was measured under load', () => {
  const [, measured] = /under load (\d+) MB resident/.exec(read('README.md')) ?? [];
  expect(Number(measured)).toBeGreaterThan(0);
  expect(Number.parseInt(String(container?.resources?.limits?.memory), 10)).toBeGreaterThan(2 * Number(measured));
  expect(container?.resources?.limits).not.toHaveProperty('cpu');
});

it('lets nothing in, and out only to names, Slack, Atlas and MongoDB', () => {
  const policy = only<NetworkPolicy>('NetworkPolicy').spec;
  expect(policy?.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(policy?.ingress).toEqual([]);
  const ports = policy?.egress?.map((rule) => rule.ports?.map(({ port, endPort }) => endPort ?? port));
  expect(ports).toEqual([
    [53, 53],
    [443, 27017],
  ]);
  expect(policy?.egress?.[1]?.to?.[0]?.ipBlock?.except).toContain('169.254.0.0/16');
});
