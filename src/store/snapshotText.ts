import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CHUNK, type RecordMap } from '../core/recordMap.ts';
import { documentHead } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import { SUM_DIGITS, sumOf } from './journalLine.ts';
import type { JournalDamage, JournalPosition } from './journalReader.ts';
import { isPlainObject } from './shape.ts';
import type { PlacedPart, SnapshotParts, SnapshotPart } from './snapshotParts.ts';
import type { TaskPlaces } from './taskPlaces.ts';

const MAX_DAMAGE = 100;
/** Maps of records that are read by programs more than by people: a line each. */
const ONE_LINE = new Set(['toolCallRecords', 'live']);

/** What a snapshot says of the journal. */
export interface Coverage {
  readonly position: JournalPosition;
  /** What was found unreadable up to there. */
  readonly damage: readonly JournalDamage[];
  readonly places: TaskPlaces;
}

/**
 * The bytes of a snapshot, piece by piece: the fields that a person looks for first and those that are unknown, the tasks,
 * the plans, how much of the journal it covers. The end says where each piece is and what its sum is, so that a reader
 * needs the end, the fields and the newest tasks, and can leave the rest.
 */
export function* snapshotBytes(state: SessionState, coverage: Coverage): Generator<Buffer> {
  const file = new Pieces();
  const { unknownFields, ...known } = documentHead(state);
  let head = '{\n';
  for (const [key, value] of Object.entries(known)) {
    if (!Object.hasOwn(unknownFields, key)) head += field(key, value);
  }
  for (const [key, value] of Object.entries(unknownFields)) head += field(key, value);
  yield file.add(head);
  const headPart = file.last;
  const tasks: SnapshotPart[] = [];
  yield* records(file, 'taskRecords', state.tasks, tasks);
  const plans: SnapshotPart[] = [];
  yield* records(file, 'planRecords', state.plans, plans);
  const { segment, offset, seq, sum } = coverage.position;
  const damage = JSON.stringify(coverage.damage.slice(-MAX_DAMAGE));
  let end = `  "journal": { "segment": ${segment}, "offset": ${offset}, "seq": ${seq}, "sum": "${sum}", "damage": ${damage}`;
  const placed = coverage.places.all;
  if (isInOrder(state.metadata.tasks, state.tasks) && isInOrder(state.metadata.plans, state.plans)) {
    const parts: SnapshotParts = {
      at: file.size,
      head: headPart,
      tasks: tasks.map((part, index): PlacedPart => [...part, ...(placed[index] ?? [1, 0, 1])]),
      plans,
    };
    end += `, "parts": ${JSON.stringify(parts)}`;
    end += `, "proof": "${sumOf(Buffer.from(end))}"`;
  }
  yield file.add(end);
  yield Buffer.from(`, "checksum": "${file.sum}" }\n}\n`);
}

/** Counts the bytes, and sums them up. */
class Pieces {
  size = 0;
  last: SnapshotPart = [0, 0, 0];
  readonly #hash = createHash('sha256');

  get sum(): string {
    return this.#hash.digest('hex').slice(0, SUM_DIGITS);
  }

  add(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.last = [this.size, this.size + bytes.length, crc32(bytes)];
    this.#hash.update(bytes);
    this.size += bytes.length;
    return bytes;
  }
}

function* records(
  file: Pieces,
  key: string,
  map: RecordMap<{ readonly id: string }>,
  parts: SnapshotPart[],
): Generator<Buffer> {
  yield file.add(`  ${JSON.stringify(key)}: {`);
  let piece: string[] = [];
  let separator = '\n';
  let count = 0;
  for (const record of map) {
    piece.push(`    ${JSON.stringify(record.id)}: ${indented(record, '    ')}`);
    count++;
    if (piece.length < CHUNK && count < map.size) continue;
    yield file.add(separator);
    yield file.add(piece.join(',\n'));
    parts.push(file.last);
    piece = [];
    separator = ',\n';
  }
  yield file.add(count === 0 ? '},\n' : '\n  },\n');
}

/** Whether the list of ids says which records there are, in which order. */
function isInOrder(ids: readonly string[], map: RecordMap<{ readonly id: string }>): boolean {
  if (ids.length !== map.size) return false;
  let index = 0;
  for (const { id } of map) if (ids[index++] !== id) return false;
  return true;
}

function field(key: string, value: unknown): string {
  if (value === undefined) return '';
  const name = `  ${JSON.stringify(key)}: `;
  if (key !== 'toolCallRecords' || !isPlainObject(value))
    return `${name}${ONE_LINE.has(key) ? JSON.stringify(value) : indented(value, '  ')},\n`;
  const lines = Object.entries(value).map(
    ([id, record]) => `    ${JSON.stringify(id)}: ${JSON.stringify(record)}`,
  );
  return lines.length === 0 ? `${name}{},\n` : `${name}{\n${lines.join(',\n')}\n  },\n`;
}

function indented(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
