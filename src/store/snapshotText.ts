import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CHUNK, type RecordMap } from '../core/recordMap.ts';
import { documentHead } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import type { AgentTask } from '../core/task.ts';
import { SUM_DIGITS, sumOf } from './journalLine.ts';
import type { JournalPosition } from './journalPosition.ts';
import type { JournalDamage } from './journalReader.ts';
import { NEWEST, newestText } from './newestTasks.ts';
import { idsText } from './snapshotIds.ts';
import { BETWEEN_PIECES, type Piece, writtenList } from './pieceList.ts';
import type { WrittenPieces } from './snapshotPieces.ts';
import type { TaskPlaces } from './taskPlaces.ts';

const MAX_DAMAGE = 100;

/** What a snapshot says of the journal. */
export interface Coverage {
  readonly position: JournalPosition;
  /** What was found unreadable up to there. */
  readonly damage: readonly JournalDamage[];
  readonly places: TaskPlaces;
}

/**
 * The bytes of a snapshot, piece by piece: the fields that a person looks for first and those that are unknown, the lists of
 * ids, the tool calls, the plans, the tasks, the newest of these in columns, how much of the journal it covers. Each record is a line.
 * The end says where each piece is and what its sum is, so that a reader needs the end, with the newest tasks just before it, and the
 * fields, and can leave the rest.
 */
export function* snapshotBytes(state: SessionState, coverage: Coverage): Generator<Buffer> {
  const file = new Pieces();
  const { unknownFields, tasks: taskIds, plans: planIds, ...known } = documentHead(state);
  let fields = '{\n';
  for (const [key, value] of Object.entries({ ...known, ...unknownFields })) fields += field(key, value);
  yield file.add(fields);
  const head = file.last;
  yield file.add(idsText({ tasks: taskIds, plans: planIds }));
  const ids = file.last;
  const toolCalls = yield* records(file, 'toolCallRecords', state.toolCalls);
  const plans = yield* records(file, 'planRecords', state.plans);
  const tasks = yield* records(file, 'taskRecords', state.tasks);
  const newest = yield* newestTasks(file, state.tasks);
  const { segment, offset, seq, sum } = coverage.position;
  const damage = JSON.stringify(coverage.damage.slice(-MAX_DAMAGE));
  let end = `  "journal": { "segment": ${segment}, "offset": ${offset}, "seq": ${seq}, "sum": "${sum}", "damage": ${damage}`;
  if (isInOrder(taskIds, state.tasks) && isInOrder(planIds, state.plans)) {
    const pieces: WrittenPieces = {
      at: file.size,
      head,
      ids,
      tasks: { count: taskIds.length, ...writtenList(tasks) },
      plans: { count: planIds.length, ...writtenList(plans) },
      ...(newest === undefined ? {} : { newest }),
      toolCalls: { count: state.toolCalls.size, ...writtenList(toolCalls) },
      places: tasks.flatMap((_, index) => coverage.places.at(index)),
    };
    end += `, "pieces": ${JSON.stringify(pieces)}`;
    end += `, "proof": "${sumOf(end)}"`;
  }
  yield file.add(end);
  yield Buffer.from(`, "checksum": "${file.sum}" }\n}\n`);
}

/** Counts the bytes, and sums them up. */
class Pieces {
  size = 0;
  last: Piece = [0, 0, 0];
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
): Generator<Buffer, Piece[]> {
  const pieces: Piece[] = [];
  yield file.add(`  ${JSON.stringify(key)}: {`);
  let lines: string[] = [];
  function* write(): Generator<Buffer> {
    yield file.add(pieces.length === 0 ? '\n' : BETWEEN_PIECES);
    yield file.add(lines.join(',\n'));
    pieces.push(file.last);
    lines = [];
  }
  for (const record of map) {
    if (lines.length === CHUNK) yield* write();
    lines.push(line(record.id, record));
  }
  if (lines.length > 0) yield* write();
  yield file.add(pieces.length === 0 ? '},\n' : '\n  },\n');
  return pieces;
}

function* newestTasks(file: Pieces, map: RecordMap<AgentTask>): Generator<Buffer, WrittenPieces['newest']> {
  // What is one piece is parsed soon enough as it is.
  if (map.size <= CHUNK) return undefined;
  const tasks: AgentTask[] = [];
  for (const task of map.newestFirst()) if (tasks.push(task) === NEWEST) break;
  const text = newestText(tasks.reverse());
  if (text === undefined) return undefined;
  yield file.add('  "newestTasks": ');
  yield file.add(text);
  const piece = file.last;
  yield file.add(',\n');
  return { count: tasks.length, ...writtenList([piece]) };
}

/** Whether the list of ids says which records there are, in which order. */
function isInOrder(ids: readonly string[], map: RecordMap<{ readonly id: string }>): boolean {
  if (ids.length !== map.size) return false;
  let index = 0;
  for (const { id } of map) if (ids[index++] !== id) return false;
  return true;
}

function field(key: string, value: unknown): string {
  return value === undefined ? '' : `  ${JSON.stringify(key)}: ${textOf(key, value)},\n`;
}

/** What programs read more than people takes a line. */
function textOf(key: string, value: unknown): string {
  return key === 'live' ? JSON.stringify(value) : JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}

function line(id: string, record: unknown): string {
  return `    ${JSON.stringify(id)}: ${JSON.stringify(record)}`;
}
