import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';

/** Between columns, and between the texts of one: ASCII's own separators of records and units, which JSON escapes. */
const COLUMN = '\u001e';
const BETWEEN = '\u001f';
const SEPARATORS = /[\u001e\u001f\n]/;
const FLAGS = { pinned: 1, archived: 2, deleted: 4 } as const;
/** Times below this, in milliseconds, are added and subtracted exactly. */
const MAX_TIME = 2 ** 52;
const NONE: readonly string[] = Object.freeze([]);

type ReadableRow = IndexedRow & { readonly row: SessionMetadata };
/** The value of each row; what all have is there once. */
type Column<T> = T | readonly T[];

const TEXTS = {
  sessionId: ({ row }) => row.sessionId,
  stamp: ({ stamp }) => stamp,
  workingDirectory: ({ row }) => row.workingDirectory,
  projectPath: ({ row }) => row.projectPath,
  status: ({ row }) => row.status,
  title: ({ row }) => row.title,
  author: ({ row }) => row.author ?? '',
} satisfies Record<string, (indexed: ReadableRow) => string>;

const LISTS = {
  tasks: ({ row }) => row.tasks,
  plans: ({ row }) => row.plans,
  tags: ({ row }) => row.tags,
} satisfies Record<string, (indexed: ReadableRow) => readonly string[]>;

/** Small numbers are parsed faster, so times are differences: to the start of the row before, and from there on. */
const NUMBERS = {
  startTime: ({ row }, before) => row.startTime.getTime() - (before?.row.startTime.getTime() ?? 0),
  updatedAt: ({ row }) => row.updatedAt.getTime() - row.startTime.getTime(),
  endTime: ({ row }) => (row.endTime === undefined ? null : row.endTime.getTime() - row.updatedAt.getTime()),
  totalTasks: ({ row }) => row.totalTasks,
  completedTasks: ({ row }) => row.completedTasks,
  failedTasks: ({ row }) => row.failedTasks,
  totalExecutionTime: ({ row }) => row.totalExecutionTime,
  schemaVersion: ({ row }) => row.schemaVersion,
  lastEventSeq: ({ row }) => row.lastEventSeq,
  flags: ({ row, deleted }) =>
    (row.pinned ? FLAGS.pinned : 0) | (row.archived ? FLAGS.archived : 0) | (deleted ? FLAGS.deleted : 0),
} satisfies Record<string, (indexed: ReadableRow, before: ReadableRow | undefined) => number | null>;

const FIELDS: ReadonlySet<string> = new Set([
  ...[...Object.keys(TEXTS), ...Object.keys(LISTS), ...Object.keys(NUMBERS)],
  ...['pinned', 'archived'],
]);

/** The beginning of a line, as JSON. The columns of texts follow, and those of the items of lists. */
interface Head {
  readonly count: number;
  /** Whether they follow those of the line before in the order of lists, and none of them is in a line before. */
  readonly inOrder: boolean;
  readonly numbers: Readonly<Record<keyof typeof NUMBERS, Column<number | null>>>;
  /** How many items the list of each row has. */
  readonly lengths: Readonly<Record<keyof typeof LISTS, Column<number>>>;
  /** Those that do not fit, and which they are: with more fields, without any, or with texts that have a separator. */
  readonly others: readonly (readonly [at: number, row: IndexedRow])[];
}

/** The rows of a line of the index. */
export interface LineOfRows {
  readonly rows: readonly IndexedRow[];
  /** Whether they follow those of the line before in the order of lists, and none of them is in a line before. */
  readonly inOrder: boolean;
}

/**
 * Rows as one line of text, turned round: a field of all of them, then the next. A few long texts are taken apart many times
 * faster than as many small objects.
 */
export function toColumns(indexed: readonly IndexedRow[], inOrder = false): string {
  const rows: ReadableRow[] = [];
  const others: [number, IndexedRow][] = [];
  for (const [at, one] of indexed.entries()) {
    if (fits(one)) rows.push(one);
    else others.push([at, one]);
  }
  const head: Head = {
    count: rows.length,
    inOrder,
    numbers: mapped(NUMBERS, numberOf => once(rows.map((one, at) => numberOf(one, rows[at - 1])))),
    lengths: mapped(LISTS, listOf => once(rows.map(one => listOf(one).length))),
    others,
  };
  const texts = Object.values(TEXTS).map(textOf => [once(rows.map(textOf))].flat());
  const items = Object.values(LISTS).map(listOf => rows.flatMap(listOf));
  return [JSON.stringify(head), ...[...texts, ...items].map(column => column.join(BETWEEN))].join(COLUMN);
}

function fits(indexed: IndexedRow): indexed is ReadableRow {
  const { row, damaged } = indexed;
  // No author is an empty text.
  if (row === undefined || damaged !== undefined || row.author === '') return false;
  const readable = { ...indexed, row };
  const texts = [
    ...Object.values(TEXTS).map(textOf => textOf(readable)),
    ...Object.values(LISTS).flatMap(listOf => listOf(readable)),
  ];
  const times = [row.startTime, row.updatedAt, row.endTime ?? row.updatedAt];
  return (
    texts.every(text => text.isWellFormed() && !SEPARATORS.test(text)) &&
    times.every(time => Math.abs(time.getTime()) < MAX_TIME) &&
    Object.keys(row).every(key => FIELDS.has(key))
  );
}

function once<T>(values: readonly T[]): Column<T> {
  const [first] = values;
  return first !== undefined && values.every(value => value === first) ? first : values;
}

function mapped<K extends string, A, B>(of: Readonly<Record<K, A>>, map: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(of).map(([key, value]) => [key, map(value)])) as Record<K, B>;
}

/** Whether a line was written by `toColumns`. */
export function isInColumns(line: string): boolean {
  return line.includes(COLUMN);
}

/** Reads what `toColumns` wrote. A process that just started interprets this: so it is one loop, which calls little. */
export function fromColumns(line: string): LineOfRows {
  const [json = '', ...columns] = line.split(COLUMN);
  const { count, inOrder, numbers, lengths, others } = JSON.parse(json) as Head;
  let column = 0;
  const nextTexts = (): string[] => columns[column++]?.split(BETWEEN) ?? [];
  const { sessionId, stamp, workingDirectory, projectPath, status, title, author } = mapped(TEXTS, () =>
    ofEach(nextTexts(), count),
  );
  const { tasks, plans, tags } = mapped(LISTS, nextTexts);
  const { tasks: taskCounts, plans: planCounts, tags: tagCounts } = mapped(lengths, of => ofEach(of, count));
  const { startTime, updatedAt, endTime, flags, ...counts } = mapped(numbers, of => ofEach(of, count));
  const { totalTasks, completedTasks, failedTasks, totalExecutionTime, schemaVersion, lastEventSeq } = counts;

  const rows = new Array<IndexedRow>(count);
  let time = 0;
  let [task, plan, tag] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    time += startTime[at] ?? 0;
    const updated = new Date(time + (updatedAt[at] ?? 0));
    const later = endTime[at];
    const flag = flags[at] ?? 0;
    const row = {
      sessionId: sessionId[at],
      startTime: new Date(time),
      tasks: tasks.slice(task, (task += taskCounts[at] ?? 0)),
      plans: plans.slice(plan, (plan += planCounts[at] ?? 0)),
      workingDirectory: workingDirectory[at],
      projectPath: projectPath[at],
      totalTasks: totalTasks[at],
      completedTasks: completedTasks[at],
      failedTasks: failedTasks[at],
      totalExecutionTime: totalExecutionTime[at],
      status: status[at],
      schemaVersion: schemaVersion[at],
      title: title[at],
      author: author[at] === '' ? null : author[at],
      tags: tagCounts[at] === 0 ? NONE : tags.slice(tag, (tag += tagCounts[at] ?? 0)),
      pinned: (flag & FLAGS.pinned) !== 0,
      archived: (flag & FLAGS.archived) !== 0,
      updatedAt: updated,
      lastEventSeq: lastEventSeq[at],
      // Where the last event ended it, this is one time, as in a session that is open.
      endTime: later === 0 ? updated : new Date(updated.getTime() + (later ?? 0)),
    } as { -readonly [K in keyof SessionMetadata]: SessionMetadata[K] };
    if (later === null) delete row.endTime;
    const deleted = (flag & FLAGS.deleted) !== 0;
    rows[at] = { sessionId: row.sessionId, stamp: stamp[at] ?? '', row, deleted, damaged: undefined };
  }
  for (const [at, other] of others) rows.splice(at, 0, reviveIndexed(other));
  return { rows, inOrder };
}

/** A value for each of `count` rows. */
function ofEach<T>(column: Column<T>, count: number): readonly T[] {
  const values = (Array.isArray(column) ? column : [column]) as readonly T[];
  const [first] = values;
  return first !== undefined && values.length === 1 ? new Array<T>(count).fill(first) : values;
}

/** A row that is there with its names, and its dates as text. */
export function reviveIndexed(indexed: IndexedRow): IndexedRow {
  const { row } = indexed;
  if (row === undefined) return indexed;
  const ended = row.endTime === undefined ? {} : { endTime: new Date(row.endTime) };
  const dates = { startTime: new Date(row.startTime), updatedAt: new Date(row.updatedAt), ...ended };
  return { ...indexed, row: { ...row, ...dates } };
}
