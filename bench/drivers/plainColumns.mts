import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { Driver } from './driver.mts';

const FILE = 'columns.jsonl';
const ROWS_IN_LINE = 600;
/** More than a line takes. Read through one buffer: new memory is what costs a new process most. */
const AT_ONCE = 512 * 1024;

type Columns = Readonly<Record<string, readonly unknown[]>>;

/** The rows turned round, a field of 600 of them after the other; what all have is there once. */
export function writeColumns(home: string, rows: readonly SessionMetadata[]): void {
  let lines = '';
  for (let at = 0; at < rows.length; at += ROWS_IN_LINE) {
    const some = rows.slice(at, at + ROWS_IN_LINE);
    const keys = Object.keys(some[0] ?? {}) as (keyof SessionMetadata)[];
    const columns = keys.map(key => [key, columnOf(some.map(row => row[key]))]);
    lines += `${JSON.stringify(Object.fromEntries(columns))}\n`;
  }
  writeFileSync(join(home, FILE), lines);
}

function columnOf(values: readonly unknown[]): unknown[] {
  const column = values.map(value => (value instanceof Date ? value.getTime() : value));
  const [first, ...others] = column.map(value => JSON.stringify(value));
  return others.every(text => text === first) ? column.slice(0, 1) : column;
}

/**
 * The least that gives the rows of a list, plain objects with their dates and lists, in the fastest way that we know: nothing is
 * compared with a sum, no folder is looked at, nothing is put in order, kept or paged.
 */
export const plainColumns: Pick<Driver, 'open'> = {
  open({ home }) {
    return Promise.resolve({
      list: () => Promise.resolve(readRows(join(home, FILE)).length),
      close: () => undefined,
    });
  },
};

function readRows(path: string): unknown[] {
  const rows: unknown[] = [];
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.allocUnsafe(Math.min(AT_ONCE, size));
    for (let at = 0; at < size;) {
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at));
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        addRows(rows, JSON.parse(bytes.toString('utf8', start, end)) as Columns);
        start = end + 1;
      }
      if (start === 0) throw new Error(`${path} has a line that is too long.`);
      at += start;
    }
  } finally {
    closeSync(file);
  }
  return rows;
}

function addRows(rows: unknown[], columns: Columns): void {
  const count = columns['sessionId']?.length ?? 0;
  const of = (key: keyof SessionMetadata): readonly unknown[] => {
    const column = columns[key] ?? [];
    return column.length === 1 ? new Array<unknown>(count).fill(column[0]) : column;
  };
  const [sessionId, startTime, updatedAt] = [of('sessionId'), of('startTime'), of('updatedAt')];
  const [tasks, plans, tags, title] = [of('tasks'), of('plans'), of('tags'), of('title')];
  const [author, status, pinned, archived] = [of('author'), of('status'), of('pinned'), of('archived')];
  const [workingDirectory, projectPath] = [of('workingDirectory'), of('projectPath')];
  const [totalTasks, completedTasks, failedTasks] = [
    of('totalTasks'),
    of('completedTasks'),
    of('failedTasks'),
  ];
  const [executionTime, schemaVersion] = [of('totalExecutionTime'), of('schemaVersion')];
  const lastEventSeq = of('lastEventSeq');
  for (let at = 0; at < count; at++) {
    const updated = new Date(Number(updatedAt[at]));
    rows.push({
      sessionId: sessionId[at],
      startTime: new Date(Number(startTime[at])),
      tasks: tasks[at],
      plans: plans[at],
      workingDirectory: workingDirectory[at],
      projectPath: projectPath[at],
      totalTasks: totalTasks[at],
      completedTasks: completedTasks[at],
      failedTasks: failedTasks[at],
      totalExecutionTime: executionTime[at],
      status: status[at],
      schemaVersion: schemaVersion[at],
      title: title[at],
      author: author[at],
      tags: tags[at],
      pinned: pinned[at],
      archived: archived[at],
      updatedAt: updated,
      lastEventSeq: lastEventSeq[at],
      endTime: updated,
    });
  }
}
