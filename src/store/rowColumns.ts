import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';

/** Between the values of a column: JSON leaves it as it is, and hardly any text has it. */
const BETWEEN = '\u007f';
/** Between the items of a list. */
const COMMA = ',';
const FLAGS = { pinned: 1, archived: 2, deleted: 4 } as const;

type Column =
  'stamp' | 'flags' | Exclude<keyof SessionMetadata, 'pinned' | 'archived' | 'imported' | 'forked'>;

/**
 * Rows of the index, turned round: one text holds a field of all of them. A few long texts are parsed many times faster than
 * as many small objects.
 */
export type RowColumns = Readonly<Record<Column, string>> & {
  readonly count: number;
  /** Whether they follow those of the line before in the order of lists, and none of them is in a line before. */
  readonly inOrder: boolean;
  /** Those that do not fit, and which they are: with more fields, without any, or with texts that have a separator. */
  readonly others: readonly (readonly [at: number, row: IndexedRow])[];
};

/** How a field is written; times in milliseconds since 1970. */
const TEXTS: Readonly<Record<Exclude<Column, 'stamp' | 'flags'>, (row: SessionMetadata) => string>> = {
  sessionId: row => row.sessionId,
  startTime: row => `${row.startTime.getTime()}`,
  endTime: row => (row.endTime === undefined ? '' : `${row.endTime.getTime()}`),
  tasks: row => row.tasks.join(COMMA),
  plans: row => row.plans.join(COMMA),
  workingDirectory: row => row.workingDirectory,
  projectPath: row => row.projectPath,
  totalTasks: row => `${row.totalTasks}`,
  completedTasks: row => `${row.completedTasks}`,
  failedTasks: row => `${row.failedTasks}`,
  totalExecutionTime: row => `${row.totalExecutionTime}`,
  status: row => row.status,
  schemaVersion: row => `${row.schemaVersion}`,
  title: row => row.title,
  author: row => row.author ?? '',
  tags: row => row.tags.join(COMMA),
  updatedAt: row => `${row.updatedAt.getTime()}`,
  lastEventSeq: row => `${row.lastEventSeq}`,
};
const FIELDS: ReadonlySet<string> = new Set([...Object.keys(TEXTS), 'pinned', 'archived']);

export function toColumns(indexed: readonly IndexedRow[], inOrder = false): RowColumns {
  const rows: { readonly of: IndexedRow; readonly row: SessionMetadata }[] = [];
  const others: [number, IndexedRow][] = [];
  for (const [at, of] of indexed.entries()) {
    const { row } = of;
    if (row !== undefined && of.damaged === undefined && fits(of.stamp, row)) rows.push({ of, row });
    else others.push([at, of]);
  }
  const fields = Object.entries(TEXTS).map(([column, textOf]) => [
    column,
    joined(rows.map(({ row }) => textOf(row))),
  ]);
  return {
    count: rows.length,
    inOrder,
    ...(Object.fromEntries(fields) as Record<keyof typeof TEXTS, string>),
    stamp: joined(rows.map(({ of }) => of.stamp)),
    flags: joined(rows.map(({ of, row }) => `${flagsOf(of, row)}`)),
    others,
  };
}

function flagsOf({ deleted }: IndexedRow, { pinned, archived }: SessionMetadata): number {
  return (pinned ? FLAGS.pinned : 0) | (archived ? FLAGS.archived : 0) | (deleted ? FLAGS.deleted : 0);
}

/** What all have is there once. */
function joined(texts: readonly string[]): string {
  const [first = ''] = texts;
  return texts.every(text => text === first) ? first : texts.join(BETWEEN);
}

function fits(stamp: string, row: SessionMetadata): boolean {
  const items = [...row.tasks, ...row.plans, ...row.tags];
  return (
    // None is an empty text.
    row.author !== '' &&
    items.every(item => item !== '' && !item.includes(COMMA)) &&
    ![stamp, ...Object.values(TEXTS).map(textOf => textOf(row))].some(text => text.includes(BETWEEN)) &&
    Object.keys(row).every(key => FIELDS.has(key))
  );
}

/** The rows of a line of the index. */
export function fromColumns(columns: RowColumns): readonly IndexedRow[] {
  const text = textsOf(columns);
  const number = (column: Column, at: number): number => Number(text(column, at));
  const list = (column: Column, at: number): readonly string[] => {
    const items = text(column, at);
    return items === '' ? [] : items.split(COMMA);
  };
  const rows: IndexedRow[] = [];
  for (let at = 0; at < columns.count; at++) {
    const sessionId = text('sessionId', at);
    const flags = number('flags', at);
    const ended = text('endTime', at);
    const row: SessionMetadata = {
      sessionId,
      startTime: new Date(number('startTime', at)),
      tasks: list('tasks', at),
      plans: list('plans', at),
      workingDirectory: text('workingDirectory', at),
      projectPath: text('projectPath', at),
      totalTasks: number('totalTasks', at),
      completedTasks: number('completedTasks', at),
      failedTasks: number('failedTasks', at),
      totalExecutionTime: number('totalExecutionTime', at),
      status: text('status', at) as SessionMetadata['status'],
      schemaVersion: number('schemaVersion', at),
      title: text('title', at),
      author: text('author', at) || null,
      tags: list('tags', at),
      pinned: (flags & FLAGS.pinned) !== 0,
      archived: (flags & FLAGS.archived) !== 0,
      updatedAt: new Date(number('updatedAt', at)),
      lastEventSeq: number('lastEventSeq', at),
      ...(ended === '' ? {} : { endTime: new Date(Number(ended)) }),
    };
    const deleted = (flags & FLAGS.deleted) !== 0;
    rows.push({ sessionId, stamp: text('stamp', at), row, deleted, damaged: undefined });
  }
  for (const [at, other] of columns.others) rows.splice(at, 0, reviveIndexed(other));
  return rows;
}

/** A row that is there with its names, and its dates as text. */
export function reviveIndexed(indexed: IndexedRow): IndexedRow {
  const { row } = indexed;
  if (row === undefined) return indexed;
  const ended = row.endTime === undefined ? {} : { endTime: new Date(row.endTime) };
  const dates = { startTime: new Date(row.startTime), updatedAt: new Date(row.updatedAt), ...ended };
  return { ...indexed, row: { ...row, ...dates } };
}

/** Reads the text of a column at a place; each column is taken apart once. */
function textsOf(columns: RowColumns): (column: Column, at: number) => string {
  const texts: Partial<Record<Column, readonly string[]>> = {};
  return (column, at) => {
    const all = (texts[column] ??= columns[column].split(BETWEEN));
    return (all.length === 1 ? all[0] : all[at]) ?? '';
  };
}
