import { existsSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { read, root } from './project.ts';

const permissions = z.record(z.string(), z.enum(['read', 'write']));
const step = z.object({
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
});
/** What is asked about below; GitHub's own parser checks the rest. */
const workflowSchema = z.object({
  permissions,
  jobs: z.record(
    z.string(),
    z.object({
      permissions: permissions.optional(),
      uses: z.string().optional(),
      strategy: z.object({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
      steps: z.array(step).default([]),
    }),
  ),
});

const files = ['.github/workflows/ci.yml', '.github/workflows/release.yml'];
const workflow = (file: string) => workflowSchema.parse(parse(read(file)));
const steps = (file: string) => Object.values(workflow(file).jobs).flatMap((job) => job.steps);

describe.each(files)('%s', (file) => {
  it('is a workflow without a complaint of GitHub’s own parser', () => {
    const parsed = parseWorkflow({ name: file, content: read(file) }, new NoOperationTraceWriter());
    expect(parsed.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it('pins every action to a commit and names its version beside it', () => {
    const uses = read(file)
      .split('\n')
      .filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: (\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  it('may only read, but for the one job that releases', () => {
    const { permissions: all, jobs } = workflow(file);
    const writing = Object.entries(jobs).filter(([, job]) => Object.values(job.permissions ?? {}).includes('write'));
    expect(Object.values(all)).not.toContain('write');
    expect(writing.map(([name]) => name)).toEqual(file.endsWith('release.yml') ? ['release'] : []);
  });

  it('keeps no token in what it checked out, and puts no event’s text into a command', () => {
    for (const { uses, with: inputs, run } of steps(file)) {
      if (uses?.startsWith('actions/checkout@')) expect(inputs?.['persist-credentials']).toBe(false);
      expect(run ?? '').not.toContain('${{');
    }
  });

  it('runs what there is', () => {
    for (const { run = '' } of steps(file)) {
      for (const [, path = ''] of run.matchAll(/(?:--file |cp )(manifests\/\S+)/g)) {
        expect(existsSync(root + path), path).toBe(true);
      }
    }
    const local = Object.values(workflow(file).jobs).flatMap(({ uses }) => uses ?? []);
    for (const path of local) expect(existsSync(root + path)).toBe(true);
  });
});

it('the checks run on every supported version of Node.js, from the oldest', () => {
  const versions = workflow('.github/workflows/ci.yml').jobs.checks?.strategy?.matrix.node;
  expect(versions).toEqual(['20.19', '22', '24']);
  expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${versions?.[0]}`);
});

it('the tests run on the oldest MongoDB that is promised, alone and as a replica set', () => {
  const matrix = workflow('.github/workflows/ci.yml').jobs.mongodb?.strategy?.matrix;
  expect(matrix).toEqual({ version: ['4.4', '8.0'], topology: ['standalone', 'replica set'] });
  expect(read('README.md')).toContain('MongoDB 4.4 or later');
});

it('the changelog tells of the version in package.json, under the title by which a release looks for it', () => {
  expect(read('CHANGELOG.md').split('\n')).toContain(`## ${JSON.parse(read('package.json')).version}`);
});

it('Dependabot looks where there is something to keep up to date', () => {
  const schema = z.strictObject({
    version: z.literal(2),
    updates: z.array(
      z.strictObject({
        'package-ecosystem': z.enum(['npm', 'github-actions', 'docker', 'docker-compose']),
        directory: z.string().startsWith('/'),
        schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
        cooldown: z.strictObject({ 'default-days': z.int().positive() }).optional(),
        groups: z
          .record(z.string(), z.strictObject({ 'dependency-type': z.enum(['production', 'development']) }))
          .optional(),
      }),
    ),
  });
  const { updates } = schema.parse(parse(read('.github/dependabot.yml')));
  const found = {
    npm: 'package-lock.json',
    'github-actions': '.github/workflows/ci.yml',
    docker: 'Containerfile',
    'docker-compose': 'compose.yaml',
  };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(Object.keys(found));
  for (const { 'package-ecosystem': ecosystem, directory } of updates) {
    expect(existsSync(`${root}${directory.slice(1)}/${found[ecosystem]}`), ecosystem).toBe(true);
  }
});
