import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, SpanKind, Tracer } from '@opentelemetry/api';
import type { Config } from '../config/config.ts';

/** What a span is told: plain values under OpenTelemetry's names, or `zerosec.…` where it has none. Never values of tables. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;
export type Kind = 'internal' | 'server' | 'producer' | 'consumer';

/** A part of the way of a job, from its beginning to `end`. */
export interface OpenSpan {
  /** W3C trace context: what a part of this one names as its parent; null when nothing is traced */
  readonly traceparent: string | null;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** `error`: a stable code; the span is shown as failed */
  end(error?: string): void;
}

/** A part that another process measured; times in ms since 1970. */
export interface MeasuredSpan {
  name: string;
  startMs: number;
  endMs: number;
  attributes: SpanAttributes;
}

/** Spans of one process, exported in the background. Handed down like the logger; without an endpoint every call does nothing. */
export interface Tracing {
  readonly enabled: boolean;
  /** `parent`: W3C trace context of what this is a part of; null or unusable begins a trace */
  begin(name: string, kind: Kind, parent: string | null, attributes?: SpanAttributes): OpenSpan;
  record(span: MeasuredSpan, parent: string | null): void;
  /** Sends what is still held. */
  close(): Promise<void>;
}

const untracedSpan: OpenSpan = { traceparent: null, rename: () => undefined, set: () => undefined, end: () => undefined };
export const untraced: Tracing = { enabled: false, begin: () => untracedSpan, record: () => undefined, close: () => Promise.resolve() };

/** A collector that is away must not hold up the end of a process, ms. */
const closePatience = 2_000;
/** Spans that have ended are sent so often, ms. */
const exportEveryMs = 1_000;

/** Traces by OTLP over HTTP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; the SDK is loaded only then. `process_` names the service: api, worker. */
export async function openTracing(config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_TRACES_SAMPLER_ARG' | 'workerId'>, process_: string, version: string): Promise<Tracing> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === null) return untraced;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'), import('@opentelemetry/sdk-trace'), import('@opentelemetry/exporter-trace-otlp-http'), import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS) });
  const share = new sdk.TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG);
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'zerosec', 'service.name': `zerosec-${process_}`, 'service.version': version, 'service.instance.id': config.workerId }),
    // decided by the trace's id, so that every process keeps the same traces; whoever calls with the flag 00 is not traced
    sampler: new sdk.ParentBasedSampler({ root: share, remoteParentSampled: share }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, maxQueueSize: 8_192, scheduledDelayMillis: exportEveryMs })],
  });
  return new Exported(provider.getTracer('zerosec', version), api, () => provider.shutdown());
}

type Api = typeof OpenTelemetry;

class Exported implements Tracing {
  readonly enabled = true;
  readonly #tracer: Tracer;
  readonly #api: Api;
  readonly #shutdown: () => Promise<void>;
  readonly #kinds: Readonly<Record<Kind, SpanKind>>;

  constructor(tracer: Tracer, api: Api, shutdown: () => Promise<void>) {
    this.#tracer = tracer;
    this.#api = api;
    this.#shutdown = shutdown;
    const { SpanKind } = api;
    this.#kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
  }

  begin(name: string, kind: Kind, parent: string | null, attributes: SpanAttributes = {}): OpenSpan {
    const span = this.#tracer.startSpan(name, { kind: this.#kinds[kind], attributes: { ...attributes } }, this.#contextOf(parent));
    return { traceparent: traceparentOf(span), rename: (other) => void span.updateName(other), set: (more) => void span.setAttributes({ ...more }), end: (error) => this.#end(span, error) };
  }

  record({ name, startMs, endMs, attributes }: MeasuredSpan, parent: string | null): void {
    this.#tracer.startSpan(name, { startTime: startMs, attributes: { ...attributes } }, this.#contextOf(parent)).end(endMs);
  }

  async close(): Promise<void> {
    await Promise.race([this.#shutdown().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, closePatience).unref())]);
  }

  #end(span: Span, error: string | undefined): void {
    if (error !== undefined) {
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: error });
      span.setAttribute('error.type', error);
    }
    span.end();
  }

  #contextOf(parent: string | null): Context {
    const root = this.#api.ROOT_CONTEXT;
    const found = readTraceparent(parent ?? '');
    return found === null ? root : this.#api.trace.setSpanContext(root, { traceId: found.traceId, spanId: found.spanId, traceFlags: found.flags, isRemote: true });
  }
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Parts of a W3C `traceparent`; null when it is none, or all zeros. */
export function readTraceparent(header: string): { traceId: string; spanId: string; flags: number } | null {
  const [, traceId = '', spanId = '', flags = ''] = pattern.exec(header.trim().toLowerCase()) ?? [];
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) ? { traceId, spanId, flags: Number.parseInt(flags, 16) } : null;
}

/** `key=value,key=value` as OpenTelemetry writes headers, values percent-encoded. */
function headersOf(text: string | null): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => pair.trim()).filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
  }));
}
