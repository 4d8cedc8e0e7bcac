import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const JSON_TYPE = /^application\/json *(; *charset="?utf-8"?)? *$/i;

/** Whether a body is announced. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Refuses by the head what could not be understood, before anything is read. */
export function checkBodyHead(request: IncomingMessage): void {
  const { headers } = request;
  const type = headers['content-type'];
  const encoded = headers['content-encoding'] !== undefined;
  const unnamed = type === undefined && hasBody(request);
  if (encoded || unnamed || (type !== undefined && !JSON_TYPE.test(type)))
    throw new ApiError(
      'unsupported_media_type',
      'Send the body as "Content-Type: application/json", in UTF-8.',
    );
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/** The body as JSON; `undefined` when it is empty. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  checkBodyHead(request);
  if (!hasBody(request)) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) as unknown;
  } catch {
    throw new ApiError('invalid_input', 'The body is not JSON in UTF-8. Nothing was changed.');
  }
}

function tooLarge(): ApiError {
  return new ApiError('too_large', 'The body is larger than 1 MB. Nothing was changed.');
}
