import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import type { IdGenerator, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Tracing } from './tracing.ts';

/** What comes of a click within this time belongs to its trace; what comes later has its own, with a link to the click. */
const followsWithinMs = 60_000;
/** Collectors are asked this long, retries included; they are not worth waiting for. */
const exportWithinMs = 5_000;
const stopWithinMs = 2_000;
/** More are dropped: a collector that is away costs a bounded amount of memory. */
const mostSpansKept = 2_048;

/**
 * Traces by OpenTelemetry, sent by OTLP over HTTP. Its packages are loaded here and only now. Nothing is registered for the
 * whole process, and every span is kept: whether some are left out is the collector's to say.
 */
export async function startOpenTelemetry(config: NonNullable<Config['tracing']>, log: Logger): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } = api;
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint}/v1/traces`,
    headers: { ...config.headers },
    timeoutMillis: exportWithinMs,
  });
  const ids = new Ids();
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.serviceName }),
    sampler: new sdk.AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [
      new sdk.BatchSpanProcessor(telling(exporter, log), {
        maxQueueSize: mostSpansKept,
        exportTimeoutMillis: exportWithinMs,
      }),
    ],
  });
  const tracer = provider.getTracer('portcullis');
  const running = new AsyncLocalStorage<Span>();
  const contextOf = (operationId: string): SpanContext => ({ ...idsOf(operationId), traceFlags: TraceFlags.SAMPLED });

  /** The work runs in the span. What it throws goes on: only its name is kept, as a message may hold what was typed. */
  function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
    return running.run(span, async () => {
      try {
        return await work();
      } catch (error) {
        const type = error instanceof Error ? error.name : 'unknown';
        span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  function tracingOf(organization: string | undefined): Tracing {
    const own: Attributes = organization === undefined ? {} : { 'portcullis.organization': organization };
    return {
      of: tracingOf,
      payload({ kind, handler, operationId }, work) {
        const attributes = { ...own, 'portcullis.payload': kind, 'portcullis.handler': handler };
        const options = { kind: SpanKind.SERVER, attributes };
        const begin = () => tracer.startSpan(`${kind} ${handler}`, options, ROOT_CONTEXT);
        return within(operationId === undefined ? begin() : ids.given(idsOf(operationId), begin), work);
      },
      effect({ work: of, effect, grantId, lateMs, attempts, cause }, work) {
        const attributes = {
          ...own,
          'portcullis.work': of,
          'portcullis.effect': effect,
          'portcullis.grant': grantId,
          'portcullis.late_ms': lateMs,
          'portcullis.attempts': attempts,
        };
        const from = cause && contextOf(cause.operationId);
        const follows = cause !== undefined && cause.agoMs < followsWithinMs;
        const parent = from && follows ? trace.setSpanContext(ROOT_CONTEXT, from) : ROOT_CONTEXT;
        const links = from === undefined || follows ? [] : [{ context: from }];
        const options = { kind: SpanKind.CONSUMER, attributes, links };
        return within(tracer.startSpan(`${of} ${effect}`, options, parent), work);
      },
      isFor(key, command) {
        const span = running.getStore()?.setAttribute('portcullis.organization', key);
        if (command !== undefined) span?.setAttribute('portcullis.command', command).updateName(`command ${command}`);
      },
      cameTo(outcome, reference) {
        const span = running.getStore();
        span?.setAttribute('portcullis.outcome', outcome);
        if (reference !== undefined) span?.setAttribute('portcullis.reference', reference);
        if (outcome === 'failed') span?.setStatus({ code: SpanStatusCode.ERROR });
      },
      called({ to, call, outcome, status, durationMs }) {
        const parent = running.getStore();
        // What the process does of its own accord, such as looking whether its set-up is right, is nobody's trace.
        if (parent === undefined) return;
        const ended = Date.now();
        const attributes: Attributes = {
          'peer.service': to,
          'portcullis.call': call,
          'portcullis.outcome': outcome,
          'http.response.status_code': status,
        };
        const options = { kind: SpanKind.CLIENT, attributes, startTime: ended - durationMs };
        const span = tracer.startSpan(`${to} ${call}`, options, trace.setSpan(ROOT_CONTEXT, parent));
        if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(ended);
      },
      audited({ action, outcome, grantId }) {
        const facts: Attributes = { 'portcullis.outcome': outcome, 'portcullis.grant': grantId };
        running.getStore()?.addEvent(action, facts);
      },
      get traceId() {
        return running.getStore()?.spanContext().traceId;
      },
      async stop() {
        const enough = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
        // What could not be handed on has been told of by then.
        await Promise.race([provider.shutdown().catch(() => {}), enough]);
      },
    };
  }
  return tracingOf(undefined);
}

interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** The same in every process, and after a restart: records keep the operation, and need not keep its trace. */
function idsOf(operationId: string): TraceIds {
  const hash = createHash('sha256').update(operationId).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
}

/** Random, unless a span is to have certain ones. */
class Ids implements IdGenerator {
  #next: TraceIds | undefined;

  /** What `begin` starts at once gets these. */
  given<T>(next: TraceIds, begin: () => T): T {
    this.#next = next;
    try {
      return begin();
    } finally {
      this.#next = undefined;
    }
  }

  generateTraceId(): string {
    return this.#next?.traceId ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? randomBytes(8).toString('hex');
  }
}

/** The same exporter; that traces do not arrive is told once, until they do again. */
function telling(exporter: SpanExporter, log: Logger): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !failing) {
          log.warn({ err: result.error }, 'The collector of traces does not take them: they are dropped');
        }
        failing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
