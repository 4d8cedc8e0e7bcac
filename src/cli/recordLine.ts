import type { SessionRecord } from '../core/events.ts';
import { inertJson } from '../core/inertJson.ts';
import { publicData } from '../core/publicTask.ts';

/** A record as its journal line has it, without the sum, which is the file's own, and without proofs of authorship. */
export function recordLine({ seq, at, writer, epoch, event }: SessionRecord): string {
  const { type } = event;
  const name = type.startsWith('?') ? type.slice(1) : type;
  const data = publicData(event);
  return inertJson({ v: 1, seq, at, writer, type: name, ...(epoch !== undefined && { epoch }), data });
}

/** The task that a record is about; `undefined` for those about the session. */
export function taskOfRecord({ event }: SessionRecord): string | undefined {
  const { data } = event;
  if (typeof data !== 'object' || data === null || !('taskId' in data)) return undefined;
  return typeof data.taskId === 'string' ? data.taskId : undefined;
}
