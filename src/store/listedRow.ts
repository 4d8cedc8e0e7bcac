import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';
import { ColumnLine, type RowColumns } from './rowColumns.ts';

type Listed = Omit<SessionMetadata, 'endTime'> & { readonly endTime: Date | undefined };

/** The rows of a line of the index; what they say is read from its columns when somebody asks. */
export function fromColumns(columns: RowColumns): readonly IndexedRow[] {
  const line = new ColumnLine(columns);
  const rows: IndexedRow[] = [];
  for (let at = 0; at < columns.count; at++) rows.push(new ListedRow(line, at));
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

/** Milliseconds since 1970 at which a session that is listed started, without a `Date` where nobody asked for one. */
export function startOf(indexed: IndexedRow): number {
  return indexed instanceof ListedRow ? indexed.startedAt : (indexed.row?.startTime.getTime() ?? 0);
}

/**
 * A session as a list shows it, and as the index knows it: one object for both, for there are many. Read by name it is like
 * any other; whoever wants its fields for his own takes `ownFields` of it.
 */
class ListedRow implements IndexedRow, Listed {
  readonly #line: ColumnLine;
  readonly #at: number;

  constructor(line: ColumnLine, at: number) {
    this.#line = line;
    this.#at = at;
  }

  get row(): SessionMetadata {
    // Without a time of its end it is active, and that is `undefined` to whoever reads it.
    return this as Listed as SessionMetadata;
  }

  get stamp(): string {
    return this.#line.text('stamp', this.#at);
  }

  get deleted(): boolean {
    return this.#line.isSet('deleted', this.#at);
  }

  get damaged(): undefined {
    return undefined;
  }

  get startedAt(): number {
    return this.#line.number('startTime', this.#at);
  }

  get sessionId(): string {
    return this.#line.text('sessionId', this.#at);
  }

  get startTime(): Date {
    return new Date(this.startedAt);
  }

  get tasks(): readonly string[] {
    return this.#line.list('tasks', this.#at);
  }

  get plans(): readonly string[] {
    return this.#line.list('plans', this.#at);
  }

  get workingDirectory(): string {
    return this.#line.text('workingDirectory', this.#at);
  }

  get projectPath(): string {
    return this.#line.text('projectPath', this.#at);
  }

  get totalTasks(): number {
    return this.#line.number('totalTasks', this.#at);
  }

  get completedTasks(): number {
    return this.#line.number('completedTasks', this.#at);
  }

  get failedTasks(): number {
    return this.#line.number('failedTasks', this.#at);
  }

  get totalExecutionTime(): number {
    return this.#line.number('totalExecutionTime', this.#at);
  }

  get status(): SessionMetadata['status'] {
    return this.#line.text('status', this.#at) as SessionMetadata['status'];
  }

  get schemaVersion(): number {
    return this.#line.number('schemaVersion', this.#at);
  }

  get title(): string {
    return this.#line.text('title', this.#at);
  }

  get author(): string | null {
    return this.#line.text('author', this.#at) || null;
  }

  get tags(): readonly string[] {
    return this.#line.list('tags', this.#at);
  }

  get pinned(): boolean {
    return this.#line.isSet('pinned', this.#at);
  }

  get archived(): boolean {
    return this.#line.isSet('archived', this.#at);
  }

  get endTime(): Date | undefined {
    const end = this.#line.text('endTime', this.#at);
    return end === '' ? undefined : new Date(Number(end));
  }

  get updatedAt(): Date {
    return new Date(this.#line.number('updatedAt', this.#at));
  }

  get lastEventSeq(): number {
    return this.#line.number('lastEventSeq', this.#at);
  }

  /** As any other session is. */
  toJSON(): SessionMetadata {
    const { endTime } = this;
    return {
      sessionId: this.sessionId,
      startTime: this.startTime,
      tasks: this.tasks,
      plans: this.plans,
      workingDirectory: this.workingDirectory,
      projectPath: this.projectPath,
      totalTasks: this.totalTasks,
      completedTasks: this.completedTasks,
      failedTasks: this.failedTasks,
      totalExecutionTime: this.totalExecutionTime,
      status: this.status,
      schemaVersion: this.schemaVersion,
      title: this.title,
      author: this.author,
      tags: this.tags,
      pinned: this.pinned,
      archived: this.archived,
      updatedAt: this.updatedAt,
      lastEventSeq: this.lastEventSeq,
      ...(endTime === undefined ? {} : { endTime }),
    };
  }
}
