import type { SessionRecord } from '../core/events.ts';
import { inertJson } from '../core/inertJson.ts';
import { publicData } from '../core/publicTask.ts';

/** A type may come from a journal that somebody crafted; only what cannot break the stream's lines is a name. */
const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const frames = new WeakMap<SessionRecord, string>();

/** One server-sent event. JSON has no line ends, so its data is one line. */
export function frame(event: string, data: unknown, id?: number): string {
  const name = EVENT_NAME.test(event) ? event : 'unknown';
  return `${id === undefined ? '' : `id: ${String(id)}\n`}event: ${name}\ndata: ${inertJson(data)}\n\n`;
}

/** A journal record, its sequence number as id. Made once for all clients. */
export function recordFrame(record: SessionRecord): string {
  const known = frames.get(record);
  if (known !== undefined) return known;
  const { seq, at, writer, epoch, event } = record;
  const type = event.type.replace(/^\?/, '');
  const run = epoch === undefined ? {} : { epoch };
  const made = frame(type, { seq, at, writer, ...run, type, data: publicData(event) }, seq);
  frames.set(record, made);
  return made;
}
