import type { SessionRecord } from '../core/events.ts';

// What JSON leaves as it is, but a terminal or a reader's eye would obey: DEL, C1, and what reorders or hides text.
const UNSAFE = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** JSON that says the same and holds no control character, whatever its texts hold. */
export function inertJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(UNSAFE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A record as its journal line has it, without the sum, which is the file's own. */
export function recordLine({ seq, at, writer, epoch, event }: SessionRecord): string {
  const { type, data } = event;
  const name = type.startsWith('?') ? type.slice(1) : type;
  return inertJson({ v: 1, seq, at, writer, type: name, ...(epoch !== undefined && { epoch }), data });
}

/** The task that a record is about; `undefined` for those about the session. */
export function taskOfRecord({ event }: SessionRecord): string | undefined {
  const { data } = event;
  if (typeof data !== 'object' || data === null || !('taskId' in data)) return undefined;
  return typeof data.taskId === 'string' ? data.taskId : undefined;
}
