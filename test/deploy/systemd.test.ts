import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read, root } from './project.ts';
import { unit } from './systemd-unit.ts';

const file = `${root}manifests/portcullis.service`;
const program = 'systemd-analyze';
const installed = spawnSync(program, ['--version']).status === 0;

it('gives the settings to the process alone, from a file of root', () => {
  expect(unit('Service', 'LoadCredential')).toEqual(['portcullis.env:/etc/portcullis/portcullis.env']);
  expect(unit('Service', 'ExecStart')).toEqual([
    '/usr/bin/node --env-file=%d/portcullis.env --enable-source-maps dist/main.js',
  ]);
  expect(unit('Service', 'Environment')).toEqual([]);
  expect(unit('Service', 'EnvironmentFile')).toEqual([]);
});

it('is nobody, may write nothing, and comes back when it ends', () => {
  for (const [directive, value] of [
    ['DynamicUser', 'yes'],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['Restart', 'always'],
  ]) {
    expect(unit('Service', directive ?? ''), directive).toEqual([value]);
  }
  for (const writable of ['ReadWritePaths', 'StateDirectory', 'CacheDirectory', 'LogsDirectory']) {
    expect(unit('Service', writable)).toEqual([]);
  }
});

it('has the memory that a container has', () => {
  expect(unit('Service', 'MemoryMax')).toEqual(['512M']);
  expect(read('manifests/compose.yaml')).toContain('mem_limit: 512m');
  expect(read('manifests/kubernetes.yaml')).toContain('memory: 512Mi');
});

describe.skipIf(!installed)(program, () => {
  it('finds nothing wrong', () => {
    // On a machine without that Node.js it would say so, which is not the unit's fault.
    const { stderr } = spawnSync(program, ['verify', file], { encoding: 'utf8' });
    const others = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/usr/bin/node is not executable'));
    expect(others).toEqual([]);
  });

  it('calls what it is exposed to little', () => {
    const options = ['security', '--offline=yes', '--json=short', '--threshold=20', file];
    expect(() => execFileSync(program, options, { stdio: 'pipe' })).not.toThrow();
  });
});
