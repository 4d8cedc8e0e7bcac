import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Host } from '../host/host.ts';
import type { Answer } from './answer.ts';
import type { Scope } from './auth.ts';
import { ApiError } from './errors.ts';
import type { EventStreams } from './eventStreams.ts';
import type { Idempotency } from './idempotency.ts';
import { parsePath, parsePart, type QueryValues } from './parse.ts';

export type Method = 'get' | 'post' | 'patch' | 'delete';
export type Fields = Readonly<Record<string, z.ZodType>>;
type Parsed<F extends Fields> = z.infer<z.ZodObject<F>>;

/** What routes work with. */
export interface Services {
  readonly host: Host;
  readonly idempotency: Idempotency;
  readonly streams: EventStreams;
  /** Texts that never change while the server runs. */
  readonly texts: {
    readonly openApi: string;
    readonly docs: { readonly html: string; readonly csp: string };
  };
}

/** One request, read and checked. */
export interface Call<P, Q, B> extends Services {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Whether the answer's body is not wanted. */
  readonly head: boolean;
  /** Whether it asks for events until the answer is there: `Accept: text/event-stream`. */
  readonly acceptsEvents: boolean;
  /** Aborted when the client goes away before it has its answer. */
  readonly disconnected: AbortSignal;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId: string | undefined;
}

/** What a route may answer besides problems, for the OpenAPI document. */
export interface AnswerShape {
  readonly description: string;
  /** `application/json` of this (named) schema, or text of `type`, or of one of them; with neither, no body. */
  readonly schema?: z.ZodType;
  readonly type?: string | readonly string[];
}

interface RouteSpec<P extends Fields, Q extends Fields, B extends z.ZodType> {
  readonly id: string;
  readonly method: Method;
  /** As in hono: `/sessions/:sessionId`. */
  readonly path: string;
  /** `null`: open to everyone who may speak to the server at all. */
  readonly scope: Scope | null;
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Whether the body may be left out. */
  readonly bodyOptional?: boolean;
  /** Whether it takes an `Idempotency-Key`. */
  readonly idempotent?: boolean;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  readonly handle: (call: Call<Parsed<P>, Parsed<Q>, z.infer<B>>) => Promise<Answer>;
}

/** A request as it came, its body read. */
export interface RawCall {
  readonly request: IncomingMessage;
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryValues;
  readonly body: unknown;
  readonly disconnected: AbortSignal;
}

export interface Route extends Omit<RouteSpec<Fields, Fields, z.ZodType>, 'handle'> {
  /** Checks the request against the schemas, then does what it asks. */
  readonly handle: (services: Services, raw: RawCall) => Promise<Answer>;
}

const NOTHING = z.undefined();

export function route<P extends Fields, Q extends Fields, B extends z.ZodType>(
  spec: RouteSpec<P, Q, B>,
): Route {
  const params = z.object(spec.params ?? ({} as P));
  const query = z.object(spec.query ?? ({} as Q));
  const body = spec.body ?? NOTHING;
  return {
    ...spec,
    handle: async (services, { request, disconnected, ...raw }) =>
      spec.handle({
        ...services,
        params: parsePath(params, raw.params),
        query: parsePart(query, 'query', raw.query),
        body: parsePart(
          body,
          'body',
          raw.body ?? (spec.bodyOptional === true ? {} : undefined),
        ) as z.infer<B>,
        head: request.method === 'HEAD',
        acceptsEvents: /\btext\/event-stream\b/i.test(request.headers.accept ?? ''),
        disconnected,
        idempotencyKey: spec.idempotent === true ? idempotencyKeyOf(request) : undefined,
        lastEventId: request.headersDistinct['last-event-id']?.[0],
      }),
  };
}

function idempotencyKeyOf({ headersDistinct }: IncomingMessage): string | undefined {
  const keys = headersDistinct['idempotency-key'];
  if (keys === undefined) return undefined;
  const [key] = keys;
  if (keys.length === 1 && key !== undefined && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ApiError('invalid_input', 'An idempotency key has 1 to 255 visible ASCII characters.', {
    field: 'Idempotency-Key',
  });
}
