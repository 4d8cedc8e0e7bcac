import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';
import { LineOfRows } from './lineOfRows.ts';
import { MAX_TIME } from './recordColumns.ts';

/** Between the stamps of a line, which stay one text until somebody asks for them. */
const BETWEEN = ',';

type ReadableRow = IndexedRow & { readonly row: SessionMetadata };

/** Small numbers are parsed faster, so times are differences: to the start of the row before, and from there on. */
const FIELDS = {
  sessionId: ({ row }) => row.sessionId,
  startTime: ({ row }, before) => row.startTime.getTime() - (before?.row.startTime.getTime() ?? 0),
  updatedAt: ({ row }) => row.updatedAt.getTime() - row.startTime.getTime(),
  endTime: ({ row }) => (row.endTime === undefined ? null : row.endTime.getTime() - row.updatedAt.getTime()),
  tasks: ({ row }) => row.tasks,
  plans: ({ row }) => row.plans,
  workingDirectory: ({ row }) => row.workingDirectory,
  projectPath: ({ row }) => row.projectPath,
  totalTasks: ({ row }) => row.totalTasks,
  completedTasks: ({ row }) => row.completedTasks,
  failedTasks: ({ row }) => row.failedTasks,
  totalExecutionTime: ({ row }) => row.totalExecutionTime,
  status: ({ row }) => row.status,
  schemaVersion: ({ row }) => row.schemaVersion,
  title: ({ row }) => row.title,
  author: ({ row }) => row.author,
  tags: ({ row }) => row.tags,
  pinned: ({ row }) => row.pinned,
  archived: ({ row }) => row.archived,
  lastEventSeq: ({ row }) => row.lastEventSeq,
} satisfies Record<string, (indexed: ReadableRow, before: ReadableRow | undefined) => unknown>;

type Field = keyof typeof FIELDS;
/** The value of each row, or the one that all have. */
type Column<T> = readonly T[] | { readonly all: T };

/** Many rows, turned round: a field of all of them, then the next. That is parsed many times faster than as many objects. */
export interface Columns {
  readonly count: number;
  /** As in `LineOfRows`. */
  readonly inOrder: boolean;
  readonly fields: { readonly [F in Field]: Column<ReturnType<(typeof FIELDS)[F]>> };
  readonly stamps: string;
  /** Those that do not fit, and which they are: deleted, damaged, or with other fields. */
  readonly others: readonly (readonly [at: number, row: IndexedRow])[];
}

export function toColumns(indexed: readonly IndexedRow[], inOrder = false): Columns {
  const rows: ReadableRow[] = [];
  const others: [number, IndexedRow][] = [];
  for (const [at, one] of indexed.entries()) {
    if (fits(one)) rows.push(one);
    else others.push([at, one]);
  }
  const columns = Object.entries(FIELDS).map(([field, valueOf]) => [
    field,
    columnOf(rows.map((one, at) => valueOf(one, rows[at - 1]))),
  ]);
  return {
    ...{ count: rows.length, inOrder, others },
    fields: Object.fromEntries(columns) as Columns['fields'],
    stamps: rows.map(({ stamp }) => stamp).join(BETWEEN),
  };
}

function fits(indexed: IndexedRow): indexed is ReadableRow {
  const { row, damaged, deleted, stamp } = indexed;
  if (row === undefined || damaged !== undefined || deleted || stamp.includes(BETWEEN)) return false;
  const times = [row.startTime, row.updatedAt, row.endTime ?? row.updatedAt];
  return (
    times.every(time => Math.abs(time.getTime()) < MAX_TIME) &&
    Object.keys(row).every(key => Object.hasOwn(FIELDS, key))
  );
}

function columnOf(values: readonly unknown[]): Column<unknown> {
  const [first] = values;
  const isSame = (value: unknown): boolean => value === first || (isEmpty(value) && isEmpty(first));
  return first !== undefined && values.every(isSame) ? { all: first } : values;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The rows that `toColumns` was given. A process that just started interprets this: so it is one loop, which calls little. */
export function fromColumns({ count, inOrder, fields, stamps, others }: Columns): LineOfRows {
  const { sessionId, startTime, updatedAt, endTime, tasks, plans, tags, ...more } = valuesOf(fields, count);
  const { workingDirectory, projectPath, totalTasks, completedTasks, failedTasks, ...rest } = more;
  const { totalExecutionTime, status, schemaVersion, title, author, pinned, archived, lastEventSeq } = rest;
  const sessions = new Array<SessionMetadata>(count);
  let time = 0;
  for (let at = 0; at < count; at++) {
    time += startTime[at] ?? 0;
    const updated = new Date(time + (updatedAt[at] ?? 0));
    const later = endTime[at];
    const row = {
      sessionId: sessionId[at],
      startTime: new Date(time),
      tasks: tasks[at],
      plans: plans[at],
      workingDirectory: workingDirectory[at],
      projectPath: projectPath[at],
      totalTasks: totalTasks[at],
      completedTasks: completedTasks[at],
      failedTasks: failedTasks[at],
      totalExecutionTime: totalExecutionTime[at],
      status: status[at],
      schemaVersion: schemaVersion[at],
      title: title[at],
      author: author[at],
      tags: tags[at],
      pinned: pinned[at],
      archived: archived[at],
      updatedAt: updated,
      lastEventSeq: lastEventSeq[at],
      // Where the last event ended it, this is one time, as in a session that is open.
      endTime: later === 0 ? updated : new Date(updated.getTime() + (later ?? 0)),
    } as { -readonly [K in keyof SessionMetadata]: SessionMetadata[K] };
    if (later === null) delete row.endTime;
    sessions[at] = row;
  }
  return new LineOfRows({
    ...{ sessions, sessionIds: sessionId, stamps: () => stamps.split(BETWEEN), inOrder },
    others: others.map(([at, other]) => [at, reviveIndexed(other)]),
  });
}

type Values = { readonly [F in Field]: readonly ReturnType<(typeof FIELDS)[F]>[] };

function valuesOf(fields: Columns['fields'], count: number): Values {
  const values = Object.entries(fields).map(([field, column]) => [field, ofEach<unknown>(column, count)]);
  return Object.fromEntries(values) as Values;
}

function ofEach<T>(column: Column<T>, count: number): readonly T[] {
  return 'all' in column ? new Array<T>(count).fill(Object.freeze(column.all)) : column;
}

/** A row that is there with its names, and its dates as text. */
function reviveIndexed(indexed: IndexedRow): IndexedRow {
  const { row } = indexed;
  if (row === undefined) return indexed;
  const ended = row.endTime === undefined ? {} : { endTime: new Date(row.endTime) };
  const dates = { startTime: new Date(row.startTime), updatedAt: new Date(row.updatedAt), ...ended };
  return { ...indexed, row: { ...row, ...dates } };
}
