import { count, integer, isPlainObject, list, object, type ShapeType, tuple } from './shape.ts';
import type { IdLists } from './snapshotIds.ts';
import { placeShape } from './taskPlaces.ts';

/** Where a piece of the file is, and the CRC-32 of its bytes. */
export type Piece = readonly [start: number, end: number, sum: number];
export const pieceShape = tuple(count, count, count);

/** How many records of one kind there are, and the piece of each 32. */
const records = object({ count, records: list(pieceShape) });

/**
 * The `pieces` of the `journal` field of a snapshot: where that field begins (`at`), where the ids of tasks and plans are,
 * where the records, where the other fields, and from where on the journal has what each 32 of the tasks did. Without
 * `toolCalls`, as it was at first, these records are among the other fields.
 */
export const piecesShape = object(
  {
    at: count,
    head: pieceShape,
    ids: pieceShape,
    tasks: records,
    plans: records,
    places: list(placeShape),
  },
  { toolCalls: records },
);
export type WrittenPieces = ShapeType<typeof piecesShape>;

/** The same as it was before ids had a piece of their own, in `parts`: then the lists of ids are among the other fields. */
const partsShape = object({
  at: count,
  head: pieceShape,
  tasks: list(tuple(count, count, count, integer, count, count)),
  plans: list(pieceShape),
});

type JsonObject = Readonly<Record<string, unknown>>;

/** What a file says of its pieces. A long session has many, of which few are used: who uses one checks its shape. */
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
  readonly places: readonly unknown[];
}

export interface PiecedRecords {
  readonly count: number;
  readonly records: readonly unknown[];
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
  { at, head, ids, tasks, plans, toolCalls, places }: JsonObject,
  read: (piece: unknown) => Buffer | undefined,
): SnapshotPieces | undefined {
  const isWhole = count.accepts(at) && areRecords(tasks) && areRecords(plans) && Array.isArray(places);
  const fields = parseFields(read(head));
  if (!isWhole || fields === undefined) return undefined;
  if (toolCalls !== undefined && !areRecords(toolCalls)) return undefined;
  return { at, head: fields, ids: { piece: ids }, tasks, plans, toolCalls, places };
}

function areRecords(value: unknown): value is PiecedRecords {
  return isPlainObject(value) && count.accepts(value['count']) && Array.isArray(value['records']);
}

function earlierPieces(
  { at, head, tasks, plans }: ShapeType<typeof partsShape>,
  read: (piece: unknown) => Buffer | undefined,
): SnapshotPieces | undefined {
  const fields = parseFields(read(head));
  if (fields === undefined) return undefined;
  const ids = { tasks: idsIn(fields['tasks']), plans: idsIn(fields['plans']) };
  return {
    ...{ at, head: fields, ids, toolCalls: undefined },
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
