import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { ExportResultCode } from '@opentelemetry/core';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { OtelSettings } from '../host.ts';
import { type SpanData, SpanMaker } from './spans.ts';

/** Spans that wait to be sent; what comes beyond them is dropped. */
const QUEUE = 2_048;
/** How long one export may take, and how long closing waits for the last one. */
const EXPORT_MS = 2_000;

const NAME = 'coding-agent-sessions';

/**
 * Sends spans of what this process did to a collector, in batches and in the background. Whatever goes wrong there costs spans
 * and never a task, and is logged once.
 */
export class OtelExport {
  readonly #processor: BatchSpanProcessor;
  readonly #maker: SpanMaker;
  readonly #writer: string;
  readonly #logger: Logger;
  readonly #resource = resourceFromAttributes({ 'service.name': NAME });
  #hasFailed = false;

  /** `writer`: whose records are this process's own; what others did they tell themselves. */
  constructor(settings: OtelSettings, writer: string, logger: Logger) {
    this.#maker = new SpanMaker(settings.content);
    this.#writer = writer;
    this.#logger = logger;
    const url = settings.endpoint === 'env' ? {} : { url: tracesUrl(settings.endpoint) };
    const exporter = new OTLPTraceExporter({ ...url, timeoutMillis: EXPORT_MS, keepAlive: false });
    this.#processor = new BatchSpanProcessor({
      ...{ exporter: this.#told(exporter), maxQueueSize: QUEUE, maxExportBatchSize: QUEUE / 4 },
      ...{ scheduledDelayMillis: 1_000, exportTimeoutMillis: EXPORT_MS },
    });
  }

  take(change: SessionChange): void {
    if (change.kind !== 'records') return;
    try {
      for (const record of change.records) {
        if (record.writer !== this.#writer) continue;
        for (const span of this.#maker.spansOf(record, change.state))
          this.#processor.onEnd(this.#readable(span));
      }
    } catch (error) {
      this.#warn(error);
    }
  }

  /** Sends what is left. Never rejects, and takes no longer than one export. */
  async close(): Promise<void> {
    try {
      await this.#processor.shutdown();
    } catch (error) {
      this.#warn(error);
    }
  }

  /** The exporter, whose failures are told here and nowhere else. */
  #told(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        exporter.export(spans, result => {
          if (result.error !== undefined) this.#warn(result.error);
          done({ code: ExportResultCode.SUCCESS });
        });
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    };
  }

  #warn(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#logger.warn(
      `Spans could not be sent to the OpenTelemetry collector: ${messageOf(error)} Tasks are not affected. This is said once.`,
    );
  }

  #readable(span: SpanData): ReadableSpan {
    const { name, start, end, error, attributes } = span;
    const isSampled = { traceFlags: TraceFlags.SAMPLED };
    const context = { traceId: span.traceId, spanId: span.spanId, ...isSampled };
    const parent = span.parentSpanId && { traceId: span.traceId, spanId: span.parentSpanId, ...isSampled };
    const failure = error === undefined ? {} : { 'error.type': error };
    return {
      ...{ name, kind: name.startsWith('chat') ? SpanKind.CLIENT : SpanKind.INTERNAL },
      spanContext: () => context,
      ...(parent && { parentSpanContext: parent }),
      ...{ startTime: hrTime(start.getTime()), endTime: hrTime(end.getTime()) },
      duration: hrTime(Math.max(0, end.getTime() - start.getTime())),
      status:
        error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes: { ...attributes, ...failure },
      ...{
        links: [],
        events: [],
        ended: true,
        resource: this.#resource,
        instrumentationScope: { name: NAME },
      },
      ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    };
  }
}

/** What a base URL names for traces, as OTLP/HTTP has it. */
function tracesUrl(endpoint: string): string {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  return base.endsWith('/v1/traces/') ? endpoint : new URL('v1/traces', base).href;
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  return [Math.trunc(ms / 1000), (ms % 1000) * 1_000_000];
}
