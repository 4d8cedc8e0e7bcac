import { SCHEMA_VERSION } from '../core/session.ts';
import type { FileSystem } from './fileSystem.ts';
import { sumOf } from './journalLine.ts';
import type { JournalPosition } from './journalPosition.ts';
import type { JournalDamage } from './journalReader.ts';
import { readRegular } from './regularFile.ts';
import { DOCUMENT_STEPS, migrate } from './migrations.ts';
import { openPieces, type PartialSnapshot } from './openPieces.ts';
import { count, integer, isPlainObject, list, object, oneOf, text } from './shape.ts';
import { piecesShape } from './snapshotPieces.ts';

/** Larger ones are not read: a journal beside it is, instead. */
export const MAX_SNAPSHOT = 64 * 1024 * 1024;

type JsonObject = Readonly<Record<string, unknown>>;

export interface Snapshot {
  /** The document without its journal position, and without what it has twice. */
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

const position = { segment: integer, offset: count, seq: count, sum: text };
const positionShape = object(position, { damage: list(damageShape) });

/** The `journal` field of a snapshot. */
export const journalShape = object(position, {
  damage: list(damageShape),
  pieces: piecesShape,
  proof: text,
  checksum: text,
});

const CHECKSUM = /, "checksum": "([0-9a-f]{16})" \}\n\}\n$/;
const CHECKSUM_BYTES = Buffer.byteLength(', "checksum": "0123456789abcdef" }\n}\n');

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
  // The newest tasks are among the records, too.
  const { journal, newestTasks: _newest, ...written } = value;
  const position = journalShape.accepts(journal) ? journal : undefined;
  const version = written['schemaVersion'];
  const older = integer.accepts(version) && version < SCHEMA_VERSION ? version : undefined;
  const document =
    older === undefined
      ? written
      : { ...migrate(written, older, DOCUMENT_STEPS), schemaVersion: SCHEMA_VERSION };
  return {
    document,
    position: position && positionOf(position),
    damage: position?.damage ?? [],
    intact: position !== undefined && isIntact(bytes),
    claims: position?.seq ?? (count.accepts(document['lastEventSeq']) ? document['lastEventSeq'] : 0),
    newer: integer.accepts(version) && version > SCHEMA_VERSION ? version : undefined,
    older,
  };
}

/** A snapshot of which the records were left where they are. */
export interface OpenSnapshot extends Pick<PartialSnapshot, 'file' | 'pieces'> {
  readonly position: JournalPosition;
  readonly damage: readonly JournalDamage[];
}

/** The snapshot at `path` as far as it has to be read; `undefined` when only `readSnapshot` can tell what it is good for. */
export function openSnapshot(files: FileSystem, path: string): OpenSnapshot | undefined {
  const partial = openPieces(files, path);
  if (partial?.pieces.head['schemaVersion'] !== SCHEMA_VERSION) return undefined;
  const { file, journal, pieces } = partial;
  if (!positionShape.accepts(journal)) return undefined;
  return { file, pieces, position: positionOf(journal), damage: journal.damage ?? [] };
}

/**
 * Whether what was read of it so far is as it was written. Where it is not, the journal says it all: of a snapshot and a journal
 * that were both damaged, neither can be made good from the other piece by piece.
 */
export function isSound({ file, pieces: { ids, plans, tasks, toolCalls, newest } }: OpenSnapshot): boolean {
  const single: unknown[] = 'piece' in ids ? [ids.piece] : [];
  const lists = [single, plans.records, tasks.records, toolCalls?.records ?? [], newest?.records ?? []];
  return file.isEndSound(lists);
}

function positionOf({ segment, offset, seq, sum }: JournalPosition): JournalPosition {
  return { segment, offset, seq, sum };
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
