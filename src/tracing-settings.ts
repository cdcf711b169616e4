import { decoded, isTrustworthyAddress, matching, notes, text } from './setting-kinds.ts';

/** Where traces are sent, under OpenTelemetry's own names ("OTLP Exporter Configuration", "SDK Configuration"). */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text()
    .refine(isCollector, 'is not an address that may be used')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .register(notes, {
      description:
        'Address of a collector that takes traces by OTLP over HTTP, without `/v1/traces`: from each click to the calls that come of it. Without it nothing is traced.',
      allowed: 'an http or https address without user name or query',
      example: 'http://localhost:4318',
    }),
  OTEL_EXPORTER_OTLP_HEADERS: matching(/^[\w-]+=[^,\s]+(?:\s*,\s*[\w-]+=[^,\s]+)*$/, 'is not a list of headers')
    .transform(headersIn)
    .optional()
    .register(notes, {
      description: 'Headers for that collector, such as a key for it.',
      allowed:
        '`name=value`, several separated by commas, values percent-encoded; not with plain http to another machine',
      example: 'authorization=Bearer%200123456789abcdef',
      secret: true,
    }),
  OTEL_SERVICE_NAME: matching(/^[\w.-]+$/, 'is not a name of a service')
    .default('portcullis')
    .register(notes, {
      description: 'What this bot is called in traces.',
      allowed: 'letters, digits, `.`, `_` and `-`',
      example: 'portcullis-production',
    }),
};

/** A key for the collector is not sent where others can read it. */
export const headersRule = {
  problem: 'would be sent in the clear: OTEL_EXPORTER_OTLP_ENDPOINT is plain http to another machine',
  holds: (given: {
    readonly OTEL_EXPORTER_OTLP_ENDPOINT?: unknown;
    readonly OTEL_EXPORTER_OTLP_HEADERS?: unknown;
  }): boolean =>
    given.OTEL_EXPORTER_OTLP_HEADERS === undefined ||
    typeof given.OTEL_EXPORTER_OTLP_ENDPOINT !== 'string' ||
    !isPlain(given.OTEL_EXPORTER_OTLP_ENDPOINT),
};

/** Collectors within a cluster are mostly spoken to by plain http; what is sent there holds no secret. */
function isCollector(address: string): boolean {
  return isTrustworthyAddress(address) || isPlain(address);
}

/** Plain http to another machine. */
function isPlain(address: string): boolean {
  return !isTrustworthyAddress(address) && isTrustworthyAddress(address.replace(/^http:/, 'https:'));
}

/** By the names in lower case. */
export function headersIn(list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.split(',').map((header) => {
      const [name = '', ...value] = header.trim().split('=');
      return [name.toLowerCase(), decoded(value.join('='))];
    }),
  );
}
