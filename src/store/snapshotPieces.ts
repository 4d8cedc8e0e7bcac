import { FollowingPieces, type PieceList, pieceShape, type WrittenList } from './pieceList.ts';
import {
  anything,
  count,
  integer,
  isPlainObject,
  list,
  object,
  type ShapeType,
  text,
  tuple,
} from './shape.ts';
import type { IdLists } from './snapshotIds.ts';

/** How many records of one kind there are, and the pieces with 32 each: a list that follows, or, as it was at first, each. */
const records = object({ count }, { start: count, ends: list(count), sums: text, records: list(pieceShape) });

/**
 * The `pieces` of the `journal` field of a snapshot: where that field begins (`at`), where the ids of tasks and plans are,
 * where the records, where the other fields, and from where on the journal has what each 32 of the tasks did: segment, offset and
 * number, again and again. Without `toolCalls`, as it was at first, these records are among the other fields; without `newest`,
 * as it was then, the newest tasks are among the records only.
 */
export const piecesShape = object(
  {
    at: count,
    head: pieceShape,
    ids: pieceShape,
    tasks: records,
    plans: records,
    places: list(anything),
  },
  { toolCalls: records, newest: records },
);

interface WrittenRecords extends WrittenList {
  readonly count: number;
}

/** What is written of them. */
export interface WrittenPieces extends Pick<ShapeType<typeof piecesShape>, 'at' | 'head' | 'ids'> {
  readonly tasks: WrittenRecords;
  readonly plans: WrittenRecords;
  readonly toolCalls: WrittenRecords;
  readonly newest?: WrittenRecords;
  readonly places: readonly number[];
}

/** The same as it was before ids had a piece of their own, in `parts`: then the lists of ids are among the other fields. */
const partsShape = object({
  at: count,
  head: pieceShape,
  tasks: list(tuple(count, count, count, integer, count, count)),
  plans: list(pieceShape),
});

type JsonObject = Readonly<Record<string, unknown>>;

/** What a file says of its pieces. */
export interface SnapshotPieces {
  readonly at: number;
  /** The fields, without records. */
  readonly head: JsonObject;
  readonly tasks: PiecedRecords;
  readonly plans: PiecedRecords;
  /** The piece with the ids of tasks and plans, or these, where an older layout has them among the fields. */
  readonly ids: { readonly piece: unknown } | IdLists;
  /** `undefined`: among the fields. */
  readonly toolCalls: PiecedRecords | undefined;
  /** The newest tasks once more, in one piece. `undefined`: they are among the records only. */
  readonly newest: PiecedRecords | undefined;
  readonly places: readonly unknown[];
}

export interface PiecedRecords {
  readonly count: number;
  readonly records: PieceList;
}

/** The pieces that a `journal` field names. `undefined`: none, or what is needed at once is not as it was written. */
export function piecesIn(
  { pieces, parts }: JsonObject,
  read: (piece: unknown) => Buffer | undefined,
): SnapshotPieces | undefined {
  if (isPlainObject(pieces)) return ownPieces(pieces, read);
  return partsShape.accepts(parts) ? earlierPieces(parts, read) : undefined;
}

function ownPieces(
  { at, head, ids, places, ...lists }: JsonObject,
  read: (piece: unknown) => Buffer | undefined,
): SnapshotPieces | undefined {
  const [tasks, plans, toolCalls, newest] = ['tasks', 'plans', 'toolCalls', 'newest'].map(key =>
    recordsOf(lists[key]),
  );
  if (!count.accepts(at) || tasks === undefined || plans === undefined || !Array.isArray(places))
    return undefined;
  const fields = parseFields(read(head));
  return fields && { at, head: fields, ids: { piece: ids }, tasks, plans, toolCalls, newest, places };
}

function recordsOf(value: unknown): PiecedRecords | undefined {
  if (!isPlainObject(value) || !count.accepts(value['count'])) return undefined;
  const { start, ends, sums, records: each } = value;
  if (Array.isArray(ends) && typeof sums === 'string')
    return { count: value['count'], records: new FollowingPieces(start, ends, sums) };
  return Array.isArray(each) ? { count: value['count'], records: each } : undefined;
}

function earlierPieces(
  { at, head, tasks, plans }: ShapeType<typeof partsShape>,
  read: (piece: unknown) => Buffer | undefined,
): SnapshotPieces | undefined {
  const fields = parseFields(read(head));
  if (fields === undefined) return undefined;
  const ids = { tasks: idsIn(fields['tasks']), plans: idsIn(fields['plans']) };
  return {
    ...{ at, head: fields, ids, toolCalls: undefined, newest: undefined },
    tasks: { count: ids.tasks.length, records: tasks.map(part => part.slice(0, 3)) },
    plans: { count: ids.plans.length, records: plans },
    places: tasks.map(part => part.slice(3)),
  };
}

function idsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** What follows the fields is the next one. */
function parseFields(bytes: Buffer | undefined): JsonObject | undefined {
  try {
    const text = bytes && `${bytes.toString('utf8', 0, bytes.lastIndexOf(','))}}`;
    const fields: unknown = text && JSON.parse(text);
    return isPlainObject(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}
