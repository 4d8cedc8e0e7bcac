import type { SessionRecord } from '../core/events.ts';

/** A record as its journal line has it, without the sum, which is the file's own. */
export function recordLine({ seq, at, writer, epoch, event }: SessionRecord): string {
  const { type, data } = event;
  const name = type.startsWith('?') ? type.slice(1) : type;
  return JSON.stringify({ v: 1, seq, at, writer, type: name, ...(epoch !== undefined && { epoch }), data });
}

/** The task that a record is about; `undefined` for those about the session. */
export function taskOfRecord({ event }: SessionRecord): string | undefined {
  const { data } = event;
  if (typeof data !== 'object' || data === null || !('taskId' in data)) return undefined;
  return typeof data.taskId === 'string' ? data.taskId : undefined;
}
