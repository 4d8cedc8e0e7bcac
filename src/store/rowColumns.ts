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
 * as many small objects, and nothing has to be made of a row until somebody reads it.
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

/** The columns of one line, taken apart as far as somebody reads them. */
export class ColumnLine {
  readonly #columns: RowColumns;
  readonly #texts: Partial<Record<Column, readonly string[]>> = {};

  constructor(columns: RowColumns) {
    this.#columns = columns;
  }

  text(column: Column, at: number): string {
    const texts = (this.#texts[column] ??= this.#columns[column].split(BETWEEN));
    return (texts.length === 1 ? texts[0] : texts[at]) ?? '';
  }

  number(column: Column, at: number): number {
    return Number(this.text(column, at));
  }

  list(column: Column, at: number): readonly string[] {
    const text = this.text(column, at);
    return text === '' ? [] : text.split(COMMA);
  }

  isSet(flag: keyof typeof FLAGS, at: number): boolean {
    const flags = this.text('flags', at);
    return flags !== '0' && (Number(flags) & FLAGS[flag]) !== 0;
  }
}
