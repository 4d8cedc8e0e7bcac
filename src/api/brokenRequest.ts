import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { COMMON_HEADERS } from './answer.ts';
import { problem } from './errors.ts';
import { inertJson } from '../core/inertJson.ts';

/** Answers what is no HTTP, or comes too slowly, as far as there is somebody to answer; then hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const found = problemOf(error.code);
  const body = inertJson(found);
  const head = {
    ...COMMON_HEADERS,
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${String(found.status)} ${STATUS_CODES[found.status] ?? ''}\r\n`;
  socket.end(`${status}${lines.join('')}\r\n${body}`, () => socket.destroy());
}

function problemOf(code: string | undefined): ReturnType<typeof problem> {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem('timeout', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return problem('too_large', 'The head of the request is too large.');
  return problem('invalid_input', 'This is not HTTP.');
}
