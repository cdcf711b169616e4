import { type Received, startReceiver } from '../webhook/receiver.ts';

/** As much of a span, as OTLP has it in JSON, as tests look at. Ids are hexadecimal. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events?: readonly { readonly name: string }[];
  readonly status: { readonly code?: number };
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Somebody's collector of traces; what it answers may be changed. */
export async function startCollector() {
  const receiver = await startReceiver();
  receiver.answers = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({}));
  return {
    receiver,
    endpoint: new URL(receiver.url).origin,
    spans: () => receiver.received.flatMap(spansIn),
  };
}

function spansIn({ body }: Received): ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(body);
  return resourceSpans.flatMap(
    ({ scopeSpans }: { scopeSpans: { spans: (ReceivedSpan & { attributes: Attribute[] })[] }[] }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, facts: factsOf(span.attributes) }))),
  );
}

const factsOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
