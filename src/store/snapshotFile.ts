import { SCHEMA_VERSION } from '../core/session.ts';
import { toDocument } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import type { FileSystem } from './fileSystem.ts';
import { sumOf } from './journalLine.ts';
import type { JournalDamage, JournalPosition } from './journalReader.ts';
import { readRegular } from './regularFile.ts';
import { DOCUMENT_STEPS, migrate } from './migrations.ts';
import { count, integer, isPlainObject, list, object, oneOf, text } from './shape.ts';

/** Larger ones are not read: a journal beside it is, instead. */
export const MAX_SNAPSHOT = 64 * 1024 * 1024;
const MAX_DAMAGE = 100;

type JsonObject = Readonly<Record<string, unknown>>;

export interface Snapshot {
  /** The document without its journal position. */
  readonly document: JsonObject;
  /** What of the journal it covers; `undefined` for a file that was not made from one. */
  readonly position: JournalPosition | undefined;
  /** What was found unreadable up to there. */
  readonly damage: readonly JournalDamage[];
  /** Whether it is, byte for byte, what was written: edited by hand it is no short cut any more. */
  readonly intact: boolean;
  /** The highest record number that it claims to cover. */
  readonly claims: number;
  /** The version of its format where that is newer than ours. */
  readonly newer: number | undefined;
  /** The same where it is older than ours: then the file is kept when it is written anew. */
  readonly older: number | undefined;
}

const damageShape = object({
  kind: oneOf('torn', 'damaged', 'missing', 'conflict'),
  file: text,
  offset: count,
  problem: text,
});

/** The `journal` field of a snapshot. */
export const journalShape = object(
  { segment: integer, offset: count, seq: count, sum: text },
  { damage: list(damageShape), checksum: text },
);

const CHECKSUM = /, "checksum": "([0-9a-f]{16})" \}\n\}\n$/;
const CHECKSUM_BYTES = Buffer.byteLength(', "checksum": "0123456789abcdef" }\n}\n');
/** Maps of records that are read by programs more than by people: a line each. */
const ONE_LINE = new Set(['toolCallRecords', 'live']);
const BY_ID = new Set(['taskRecords', 'planRecords', 'toolCallRecords']);

/** The snapshot at `path`, `undefined` when there is none, or what is wrong with it. Throws what the disk throws. */
export function readSnapshot(
  files: FileSystem,
  path: string,
): Snapshot | { readonly problem: string } | undefined {
  const bytes = readRegular(files, path, MAX_SNAPSHOT);
  if (bytes === undefined) return undefined;
  if (bytes.length === 0) return { problem: 'It is empty.' };
  const value = parse(bytes);
  if (!isPlainObject(value)) return { problem: 'It is not a JSON object; perhaps it was cut off.' };
  const { journal, ...written } = value;
  const position = journalShape.accepts(journal) ? journal : undefined;
  const version = written['schemaVersion'];
  const older = integer.accepts(version) && version < SCHEMA_VERSION ? version : undefined;
  const document =
    older === undefined
      ? written
      : { ...migrate(written, older, DOCUMENT_STEPS), schemaVersion: SCHEMA_VERSION };
  return {
    document,
    position: position && {
      segment: position.segment,
      offset: position.offset,
      seq: position.seq,
      sum: position.sum,
    },
    damage: position?.damage ?? [],
    intact: position !== undefined && isIntact(bytes),
    claims: position?.seq ?? (count.accepts(document['lastEventSeq']) ? document['lastEventSeq'] : 0),
    newer: integer.accepts(version) && version > SCHEMA_VERSION ? version : undefined,
    older,
  };
}

/** The text of a snapshot, piece by piece: fields a person looks for first, the records, what is unknown, the position. */
export function* snapshotText(
  state: SessionState,
  position: JournalPosition,
  damage: readonly JournalDamage[],
): Generator<string> {
  const { unknownFields } = state;
  const document = toDocument(state);
  yield '{\n';
  for (const [key, value] of Object.entries(document)) {
    if (!Object.hasOwn(unknownFields, key)) yield* field(key, value);
  }
  for (const [key, value] of Object.entries(unknownFields)) yield* field(key, value);
  const { segment, offset, seq, sum } = position;
  const kept = JSON.stringify(damage.slice(-MAX_DAMAGE));
  yield `  "journal": { "segment": ${segment}, "offset": ${offset}, "seq": ${seq}, "sum": "${sum}", "damage": ${kept}`;
}

/** The end of a snapshot, which tells whether the rest is as it was written. */
export function snapshotEnd(body: Uint8Array): string {
  return `, "checksum": "${sumOf(body)}" }\n}\n`;
}

function* field(key: string, value: unknown): Generator<string> {
  if (value === undefined) return;
  const name = `  ${JSON.stringify(key)}: `;
  if (!BY_ID.has(key) || !isPlainObject(value)) {
    yield `${name}${ONE_LINE.has(key) ? JSON.stringify(value) : indented(value, '  ')},\n`;
    return;
  }
  let separator = '\n';
  yield `${name}{`;
  for (const [id, record] of Object.entries(value)) {
    const content = ONE_LINE.has(key) ? JSON.stringify(record) : indented(record, '    ');
    yield `${separator}    ${JSON.stringify(id)}: ${content}`;
    separator = ',\n';
  }
  yield separator === '\n' ? '},\n' : '\n  },\n';
}

function indented(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}

function isIntact(bytes: Buffer): boolean {
  const end = CHECKSUM.exec(bytes.toString('latin1', Math.max(0, bytes.length - CHECKSUM_BYTES)));
  return end?.[1] !== undefined && end[1] === sumOf(bytes.subarray(0, bytes.length - CHECKSUM_BYTES));
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
