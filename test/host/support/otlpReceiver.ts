import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it arrived over OTLP/HTTP, decoded. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface Payload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: Value }[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes'> & {
        readonly attributes: readonly { readonly key: string; readonly value: Value }[];
      })[];
    }[];
  }[];
}

/** A collector on loopback that keeps what it is sent. `mode`: answers, answers with an error, or never answers. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly services: unknown[] = [];
  readonly paths: string[] = [];
  /** All that arrived, as text. */
  body = '';
  mode: 'answer' | 'refuse' | 'hang' = 'answer';
  connections = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.paths.push(request.url ?? '');
        if (this.mode === 'hang') return;
        if (this.mode === 'answer') this.#keep(Buffer.concat(chunks).toString());
        response.writeHead(this.mode === 'answer' ? 200 : 400, { 'Content-Type': 'application/json' });
        response.end('{}');
      });
    });
    this.#server.on('connection', () => this.connections++);
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #keep(text: string): void {
    this.body += text;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Payload).resourceSpans) {
      this.services.push(plain(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans)
        this.spans.push(...spans.map(span => ({ ...span, attributes: plain(span.attributes) })));
    }
  }
}

function plain(
  attributes: readonly { readonly key: string; readonly value: Value }[],
): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue),
    ]),
  );
}
