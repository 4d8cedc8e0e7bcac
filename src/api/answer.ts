import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { hasBody } from './body.ts';
import { ApiError, type Problem, problemOf } from './errors.ts';
import { inertJson } from '../core/inertJson.ts';

/** What a route answers with. */
export type Answer =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string | Buffer; readonly type: string; readonly csp?: string }
  | { readonly status: 204 }
  /** Writes the response itself and resolves when it is done with it. Never rejects. */
  | { readonly stream: (response: ServerResponse) => Promise<void> };

/** What every answer carries: nothing is kept, sniffed, framed or shared with other origins. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A file, piece by piece, to be kept and not to be shown. A failure half-way breaks the connection off. */
export function file({ name, type, content }: SentFile): Answer {
  return {
    async stream(response) {
      response.writeHead(200, {
        ...COMMON_HEADERS,
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
      });
      try {
        await pipeline(content, response);
      } catch {
        response.destroy();
      }
    },
  };
}

interface SentFile {
  readonly name: string;
  readonly type: string;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export function json(value: unknown, status = 200): Answer {
  return { status, json: value };
}

export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  if ('stream' in answer) return answer.stream(response);
  if ('json' in answer) {
    send(request, response, answer.status, inertJson(answer.json), { 'Content-Type': 'application/json' });
  } else if ('text' in answer) {
    const csp = answer.csp === undefined ? {} : { 'Content-Security-Policy': answer.csp };
    send(request, response, answer.status, answer.text, { 'Content-Type': answer.type, ...csp });
  } else {
    send(request, response, answer.status, undefined, {});
  }
}

/** Answers with what went wrong; resolves with nothing because nothing may go wrong then. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): Problem {
  const found = problemOf(error);
  const headers = error instanceof ApiError ? error.headers : {};
  send(request, response, found.status, inertJson(found), {
    'Content-Type': 'application/problem+json',
    ...headers,
  });
  return found;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Buffer | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = body === undefined ? undefined : Buffer.byteLength(body);
  const length = bytes === undefined ? {} : { 'Content-Length': String(bytes) };
  // What is still to come of an unread body is not waited for.
  const close = hasBody(request) && !request.readableEnded ? { Connection: 'close' } : {};
  response.writeHead(status, { ...COMMON_HEADERS, ...length, ...close, ...headers });
  if (body instanceof Buffer) response.end(body);
  // Of as many bytes as characters: ASCII, which needs no encoding.
  else response.end(body ?? '', bytes === body?.length ? 'latin1' : 'utf8');
}
