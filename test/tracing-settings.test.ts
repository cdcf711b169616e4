import { expect, it } from 'vitest';
import { loadConfig } from '../src/load-config.ts';

const complete = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
  SLACK_CHANNEL_ID: 'C0123456789',
  MONGODB_URI: 'mongodb://db.example.net',
  ATLAS_CLIENT_ID: 'mdb_sa_id_0123456789abcdef01234567',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_everyday',
  ATLAS_ORG_ID: '0123456789abcdef01234567',
};

/** What is made of them, or which of them are wrong. */
function tracing(given: Record<string, string>) {
  const loaded = loadConfig({ ...complete, ...given });
  return loaded.ok ? loaded.config.tracing : loaded.problems.map((problem) => problem.split('.')[0]);
}

it('without a collector nothing is traced', () => {
  expect(tracing({})).toBeUndefined();
  expect(tracing({ OTEL_EXPORTER_OTLP_HEADERS: 'key=value', OTEL_SERVICE_NAME: 'bot' })).toBeUndefined();
});

it('takes a collector in the same cluster, and headers with percent signs', () => {
  expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318/' })).toEqual({
    endpoint: 'http://otel-collector:4318',
    headers: {},
    serviceName: 'portcullis',
  });
  const given = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/base',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20dXNlcjpwYXNz==, x-team=infra',
    OTEL_SERVICE_NAME: 'bot',
  };
  expect(tracing(given)).toEqual({
    endpoint: 'https://otlp.example.com/base',
    headers: { authorization: 'Basic dXNlcjpwYXNz==', 'x-team': 'infra' },
    serviceName: 'bot',
  });
  expect(loadConfig({ ...complete, ...given })).toMatchObject({
    secrets: expect.arrayContaining(['Basic dXNlcjpwYXNz==', given.OTEL_EXPORTER_OTLP_HEADERS]),
  });
});

it.each([
  [
    'http://user:pass@collector:4318',
    'key=value1234',
    'OTEL_EXPORTER_OTLP_ENDPOINT is not an address that may be used',
  ],
  ['collector:4317', 'key=value1234', 'OTEL_EXPORTER_OTLP_ENDPOINT is not an address that may be used'],
  ['https://collector', 'no header', 'OTEL_EXPORTER_OTLP_HEADERS is not a list of headers'],
  [
    'http://collector:4318',
    'key=value1234',
    'OTEL_EXPORTER_OTLP_HEADERS would be sent in the clear: OTEL_EXPORTER_OTLP_ENDPOINT is plain http to another machine',
  ],
])('says what is wrong with %s and %s', (endpoint, headers, problem) => {
  expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers })).toEqual([problem]);
});
