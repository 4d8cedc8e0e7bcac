import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';

/** The values of a row in a fixed order; times in milliseconds since 1970. What few rows have follows with its names. */
type PackedMetadata = readonly [
  startTime: number,
  endTime: number | null,
  updatedAt: number,
  tasks: readonly string[],
  plans: readonly string[],
  projectPath: string,
  /** `null`: the same. */
  workingDirectory: string | null,
  totalTasks: number,
  completedTasks: number,
  failedTasks: number,
  totalExecutionTime: number,
  status: SessionMetadata['status'],
  schemaVersion: number,
  title: string,
  author: string | null,
  tags: readonly string[],
  pinned: boolean,
  archived: boolean,
  lastEventSeq: number,
  rest: Partial<SessionMetadata> | null,
];

/** A row of the index without the names of its fields: half as much to read and to parse. */
export type PackedRow = readonly [
  sessionId: string,
  stamp: string,
  deleted: boolean,
  damaged: IndexedRow['damaged'] | null,
  row: PackedMetadata | null,
];

export function packRow({ sessionId, stamp, deleted, damaged, row }: IndexedRow): PackedRow {
  return [sessionId, stamp, deleted, damaged ?? null, row === undefined ? null : packMetadata(row)];
}

export function unpackRow([sessionId, stamp, deleted, damaged, row]: PackedRow): IndexedRow {
  return {
    sessionId,
    stamp,
    row: row === null ? undefined : unpackMetadata(sessionId, row),
    deleted,
    damaged: damaged ?? undefined,
  };
}

function packMetadata(metadata: SessionMetadata): PackedMetadata {
  const { sessionId: _id, startTime, endTime, updatedAt, tasks, plans, projectPath, ...more } = metadata;
  const { workingDirectory, totalTasks, completedTasks, failedTasks, totalExecutionTime, ...others } = more;
  const { status, schemaVersion, title, author, tags, pinned, archived, lastEventSeq, ...rest } = others;
  return [
    ...([startTime.getTime(), endTime?.getTime() ?? null, updatedAt.getTime(), tasks, plans] as const),
    ...([projectPath, workingDirectory === projectPath ? null : workingDirectory] as const),
    ...([totalTasks, completedTasks, failedTasks, totalExecutionTime] as const),
    ...([status, schemaVersion, title, author, tags, pinned, archived, lastEventSeq] as const),
    Object.keys(rest).length === 0 ? null : rest,
  ];
}

function unpackMetadata(sessionId: string, packed: PackedMetadata): SessionMetadata {
  const row = {
    sessionId,
    startTime: new Date(packed[0]),
    tasks: packed[3],
    plans: packed[4],
    workingDirectory: packed[6] ?? packed[5],
    projectPath: packed[5],
    totalTasks: packed[7],
    completedTasks: packed[8],
    failedTasks: packed[9],
    totalExecutionTime: packed[10],
    status: packed[11],
    schemaVersion: packed[12],
    title: packed[13],
    author: packed[14],
    tags: packed[15],
    pinned: packed[16],
    archived: packed[17],
    updatedAt: new Date(packed[2]),
    lastEventSeq: packed[18],
  };
  if (packed[1] === null && packed[19] === null) return row;
  return { ...row, ...(packed[1] === null ? {} : { endTime: new Date(packed[1]) }), ...packed[19] };
}
