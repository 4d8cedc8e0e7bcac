import { hash } from 'node:crypto';
import { SessionError } from '../core/errors.ts';
import type { EventType, SessionEvent, SessionRecord, UnknownEvent } from '../core/events.ts';
import { EVENT_SHAPES } from './eventShapes.ts';
import { migrate, RECORD_STEPS } from './migrations.ts';
import { isPlainObject } from './shape.ts';

/** The version of the journal that this code writes. */
export const JOURNAL_VERSION = RECORD_STEPS.length + 1;
/** Bytes that a line may have, without its newline. */
export const MAX_LINE = 64 * 1024;
/** `,"sum":"`, 16 hex digits, `"}`: the end of every line, over which its sum does not go. */
export const SUM_BYTES = 26;

/** Hex digits of a sum. */
export const SUM_DIGITS = 16;

const SUM_KEY = ',"sum":"';
const TRAILER = /^,"sum":"([0-9a-f]{16})"\}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

export type DecodedLine =
  | { readonly kind: 'record'; readonly record: SessionRecord; readonly sum: string }
  /** Whole and unharmed, but of a format that this version does not know. */
  | { readonly kind: 'newer'; readonly version: number; readonly seq: number; readonly sum: string }
  | { readonly kind: 'damaged'; readonly problem: string };

/** The line of a record, newline included. Refuses, as `invalid_input`, what is too large. */
export function encodeRecord(record: SessionRecord): Buffer {
  return toLine(bodyOf(record, JSON.stringify(record.event.data)), record).bytes;
}

/** The same, with what a reader will see. Refuses, as `invalid_input`, what could not be read back. */
export function encodeAndDecode(record: SessionRecord): {
  readonly bytes: Buffer;
  readonly sum: string;
  readonly record: SessionRecord;
} {
  const data = JSON.stringify(record.event.data);
  const line = toLine(bodyOf(record, data), record);
  // The bytes are what this text comes to, and all but the data is ours: that alone is read back.
  const value = parse(data);
  const event = isPlainObject(value) ? toEvent(record.event.type, value) : undefined;
  if (event === undefined || !ISO.test(record.at) || !isSeq(record.seq) || !isSeq(record.epoch ?? 1))
    throw new SessionError('invalid_input', `${record.event.type} cannot be recorded as it is.`);
  return { ...line, record: { ...record, event } };
}

/** All of a line that its sum goes over. */
function bodyOf({ seq, at, writer, epoch, event }: SessionRecord, data: string): string {
  const run = epoch === undefined ? '' : `,"epoch":${epoch}`;
  const head = `{"v":${JOURNAL_VERSION},"seq":${seq},"at":"${at}","writer":${JSON.stringify(writer)}`;
  return `${head},"type":"${event.type}"${run},"data":${data}`;
}

function toLine(body: string, { event }: SessionRecord): { readonly bytes: Buffer; readonly sum: string } {
  const sum = sumOf(body);
  const bytes = Buffer.from(`${body}${SUM_KEY}${sum}"}\n`);
  if (bytes.length > MAX_LINE + 1) {
    const problem = `This is too large to be recorded: ${event.type} takes ${bytes.length - 1 - SUM_BYTES} bytes, 64 KiB are possible.`;
    throw new SessionError('invalid_input', problem);
  }
  return { bytes, sum };
}

/** A line without its newline. Total: whatever the bytes are, there is an answer. */
export function decodeLine(line: Buffer): DecodedLine {
  const sum = trailingSum(line);
  if (sum === undefined) return damaged('The record is cut off or overwritten.');
  if (sumOf(line.subarray(0, line.length - SUM_BYTES)) !== sum)
    return damaged('The checksum of the record is wrong.');
  const value = parse(line.toString('utf8'));
  if (!isPlainObject(value)) return damaged('The record is not JSON.');
  const { v, seq } = value;
  if (!isSeq(seq) || !isSeq(v)) return damaged('The record has no number or no version.');
  if (v > JOURNAL_VERSION) return { kind: 'newer', version: v, seq, sum };
  const record = toRecord(seq, migrate(value, v, RECORD_STEPS));
  return record === undefined
    ? damaged('The record does not have the shape of its type.')
    : { kind: 'record', record, sum };
}

/** The sum that a line claims to have; `undefined` when it does not end as lines do. */
export function trailingSum(line: Buffer): string | undefined {
  return line.length <= SUM_BYTES
    ? undefined
    : TRAILER.exec(line.toString('latin1', line.length - SUM_BYTES))?.[1];
}

/** Of bytes, or of what a text comes to in UTF-8. */
export function sumOf(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex').slice(0, SUM_DIGITS);
}

function toRecord(seq: number, value: Readonly<Record<string, unknown>>): SessionRecord | undefined {
  const { at, writer, type, epoch, data } = value;
  if (typeof at !== 'string' || !ISO.test(at) || Number.isNaN(Date.parse(at))) return undefined;
  if (typeof writer !== 'string' || typeof type !== 'string' || !isPlainObject(data)) return undefined;
  if (epoch !== undefined && !isSeq(epoch)) return undefined;
  const event = toEvent(type, data);
  return event && { seq, at, writer, ...(epoch === undefined ? {} : { epoch }), event };
}

/** Types that this version does not know are kept and skipped; a known type of the wrong shape is damage. */
function toEvent(
  type: string,
  data: Readonly<Record<string, unknown>>,
): SessionEvent | UnknownEvent | undefined {
  if (!isKnownType(type)) return { type: `?${type}`, data };
  // The table ties each type to its data; the compiler cannot follow that through a variable.
  return EVENT_SHAPES[type].accepts(data) ? ({ type, data } as SessionEvent) : undefined;
}

function isKnownType(type: string): type is EventType {
  return Object.hasOwn(EVENT_SHAPES, type);
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function damaged(problem: string): DecodedLine {
  return { kind: 'damaged', problem };
}
