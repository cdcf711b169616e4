import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/load-config.ts';
import { read } from './project.ts';

const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const size = z.string().regex(/^\d+[bkmg]$/);
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/);

const serviceSchema = z.strictObject({
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  image: z.string().optional(),
  command: z.array(z.string()).optional(),
  env_file: z.string().optional(),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), z.string()),
  depends_on: z.record(name, z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) })).optional(),
  networks: z.array(name),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[a-z/]+$/)).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: duration,
      timeout: duration,
      retries: z.int(),
      start_period: duration,
    })
    .optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.literal('ALL')).optional(),
  security_opt: z.array(z.literal('no-new-privileges:true')),
  mem_limit: size,
  pids_limit: z.int().optional(),
  stop_grace_period: duration.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
});

/** What of the Compose Specification is used here, and nothing else; the hosted checks ask Compose itself. */
const composeSchema = z.strictObject({
  name,
  services: z.strictObject({ portcullis: serviceSchema, mongodb: serviceSchema }),
  networks: z.record(name, z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(name, z.strictObject({})),
});

const compose = composeSchema.parse(parse(read('manifests/compose.yaml')));
const { portcullis, mongodb } = compose.services;

it('names networks and volumes that there are', () => {
  for (const { networks, volumes = [] } of [portcullis, mongodb]) {
    for (const network of networks) expect(compose.networks).toHaveProperty(network);
    for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
  }
});

it('runs the bot without rights and without a file to write', () => {
  expect(portcullis).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    build: { context: '..', dockerfile: 'manifests/Containerfile' },
  });
  expect(portcullis.volumes).toBeUndefined();
});

it('keeps MongoDB where only the bot reaches it, with a password that stands in no file of the project', () => {
  expect(mongodb).not.toHaveProperty('ports');
  expect(mongodb.networks).toEqual(['database']);
  expect(compose.networks.database).toEqual({ internal: true });
  const password = '0123456789abcdef';
  const filledIn = (value = ''): string => value.replace(/\$\{MONGODB_PASSWORD:\?[^}]+\}/, password);
  expect(filledIn(mongodb.environment.MONGO_INITDB_ROOT_PASSWORD)).toBe(password);
  const uri = filledIn(portcullis.environment.MONGODB_URI);
  expect(new URL(uri)).toMatchObject({ password, username: mongodb.environment.MONGO_INITDB_ROOT_USERNAME });
  const loaded = loadConfig({ MONGODB_URI: uri });
  expect(loaded.ok ? [] : loaded.problems.filter((problem) => problem.startsWith('MONGODB_URI'))).toEqual([]);
});

it('starts the bot once MongoDB answers, and both again when they end', () => {
  expect(portcullis.depends_on).toEqual({ mongodb: { condition: 'service_healthy' } });
  expect(mongodb.healthcheck?.test).toContain('mongosh');
  expect([portcullis.restart, mongodb.restart]).toEqual(['unless-stopped', 'unless-stopped']);
});
