import type { SessionPage } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import { inertJson } from '../core/inertJson.ts';
import { inertJsonOf } from './json.ts';

interface MadePage {
  readonly page: SessionPage;
  readonly bytes: Buffer;
}

/** By their first row: what is not listed any more is forgotten with it. */
const made = new WeakMap<SessionMetadata, MadePage>();

/** A page as it is sent. It is made once and again when a row of it changed: lists are asked for again and again. */
export function pageBytes(page: SessionPage): Buffer {
  const [first] = page.sessions;
  const known = first && made.get(first);
  if (known !== undefined && isSame(known.page, page)) return known.bytes;
  const bytes = Buffer.from(pageJson(page));
  if (first !== undefined) made.set(first, { page, bytes });
  return bytes;
}

function pageJson({ sessions, nextCursor, damaged }: SessionPage): string {
  const rest = inertJson({ ...(nextCursor !== undefined && { nextCursor }), damaged });
  return `{"sessions":[${sessions.map(inertJsonOf).join(',')}],${rest.slice(1)}`;
}

/** Rows are values: one that changed is another object. */
function isSame(a: SessionPage, b: SessionPage): boolean {
  return a.nextCursor === b.nextCursor && isEqual(a.sessions, b.sessions) && isEqual(a.damaged, b.damaged);
}

function isEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
