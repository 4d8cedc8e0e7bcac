import { count, integer, isPlainObject, list, object, type ShapeType, tuple } from './shape.ts';
import { placeShape } from './taskPlaces.ts';

/** Where a piece of the file is, and the CRC-32 of its bytes. */
export type Piece = readonly [start: number, end: number, sum: number];
export const pieceShape = tuple(count, count, count);

const collection = object({ count, ids: pieceShape, records: list(pieceShape) });

/**
 * The `pieces` of the `journal` field of a snapshot: where that field begins (`at`), where the other fields are, where the
 * ids of tasks and plans, and where each 32 of them, and from where on the journal has what these 32 tasks did.
 */
export const piecesShape = object({
  at: count,
  head: pieceShape,
  tasks: collection,
  plans: collection,
  places: list(placeShape),
});
export type WrittenPieces = ShapeType<typeof piecesShape>;

/** The same as it was before ids had pieces of their own, in `parts`: then the lists of ids are among the other fields. */
const partsShape = object({
  at: count,
  head: pieceShape,
  tasks: list(tuple(count, count, count, integer, count, count)),
  plans: list(pieceShape),
});

/** Records of one kind. */
export interface PiecesOf {
  readonly count: number;
  /** The ids in order, or the piece that has them. */
  readonly ids: unknown;
  /** A piece for each 32 of them. */
  readonly records: readonly unknown[];
}

/** What a file says of its pieces. A long session has many, of which few are used: who uses one checks it. */
export interface SnapshotPieces {
  readonly at: number;
  readonly head: unknown;
  readonly tasks: PiecesOf;
  readonly plans: PiecesOf;
  readonly places: readonly unknown[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The pieces that a `journal` field names; `headOf` reads the fields. `undefined`: none, or not what is expected. */
export function piecesIn(
  { pieces, parts }: JsonObject,
  headOf: (head: unknown) => JsonObject | undefined,
): { readonly pieces: SnapshotPieces; readonly head: JsonObject } | undefined {
  if (arePieces(pieces)) {
    const head = headOf(pieces.head);
    return head && { pieces, head };
  }
  if (!partsShape.accepts(parts)) return undefined;
  const head = headOf(parts.head);
  return head && { pieces: fromParts(parts, head), head };
}

function arePieces(value: unknown): value is SnapshotPieces {
  if (!isPlainObject(value)) return false;
  const { at, tasks, plans, places } = value;
  return count.accepts(at) && arePiecesOf(tasks) && arePiecesOf(plans) && Array.isArray(places);
}

function arePiecesOf(value: unknown): value is PiecesOf {
  return isPlainObject(value) && count.accepts(value['count']) && Array.isArray(value['records']);
}

function fromParts(parts: ShapeType<typeof partsShape>, head: JsonObject): SnapshotPieces {
  const [taskIds, planIds] = [idsOf(head['tasks']), idsOf(head['plans'])];
  return {
    ...{ at: parts.at, head: parts.head },
    tasks: { count: taskIds.length, ids: taskIds, records: parts.tasks.map(part => part.slice(0, 3)) },
    plans: { count: planIds.length, ids: planIds, records: parts.plans },
    places: parts.tasks.map(part => part.slice(3)),
  };
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
