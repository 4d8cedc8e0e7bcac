/**
 * `info`: opening heals it by itself, or nothing is lost by it. `damage`: something was lost, contradicts itself or cannot be
 * read.
 */
export type FindingSeverity = 'info' | 'damage';

/** What can be wrong, as stable names. */
export type FindingKind =
  /** Of the journal: records that cannot be read, are not there, or are there twice with different content. */
  | 'damagedRecords'
  | 'missingRecords'
  | 'twoHistories'
  /** A write that was cut off before it was acknowledged. */
  | 'tornWrite'
  /** Records by a process that had lost its run right; they count for nothing. */
  | 'lateRecords'
  | 'newerVersion'
  /** No record can be read, or it is not a file. */
  | 'unreadable'
  | 'staleSnapshot'
  | 'unreadableSnapshot'
  /** Somebody changed it by hand; `fields` says what of that is passed over. */
  | 'editedSnapshot'
  | 'differentSnapshot'
  /** It covers records that the journal does not have. */
  | 'snapshotAhead'
  | 'seedStyle'
  | 'staleIndex'
  | 'damagedBlob'
  | 'missingBlob'
  | 'orphanBlob'
  /** Of checkpoints: contents that are missing or damaged, tasks that no session has, tasks whose checkpoints are gone. */
  | 'damagedCheckpoint'
  | 'orphanCheckpoint'
  | 'prunedCheckpoint'
  | 'uncheckedCheckpoint'
  /** Of a process that is dead, of one that cannot be judged from here, of nobody knows whom. */
  | 'oldLock'
  | 'foreignLock'
  | 'unreadableLock'
  /** A task that is on record as not ended: its process is dead, or cannot be judged from here. */
  | 'interruptedTask'
  | 'foreignTask'
  | 'interruptedDeletion'
  | 'conflictCopy'
  | 'keptOriginal'
  | 'temporaryFile'
  | 'foreignFile';

export interface Finding {
  readonly severity: FindingSeverity;
  readonly kind: FindingKind;
  /** Relative to `.coding-agent`; `index` for the list index in the user's cache. */
  readonly file: string;
  readonly sessionId?: string;
  /** How many records (or other things) this concerns. */
  readonly count?: number;
  /** Byte offset of the first place. */
  readonly offset?: number;
  /** Known fields that were edited by hand. */
  readonly fields?: readonly string[];
  /** What is wrong, what that means, and what to do, in sentences. */
  readonly problem: string;
}

const REPAIRABLE: ReadonlySet<FindingKind> = new Set<FindingKind>([
  'damagedRecords',
  'missingRecords',
  'twoHistories',
  'snapshotAhead',
]);

/** Whether a repair can do something about damage. What else is damaged (contents, foreign files) it cannot make anew. */
export function canBeRepaired({ kind }: Finding): boolean {
  return REPAIRABLE.has(kind);
}

export interface SessionCheck {
  readonly sessionId: string;
  /** `null` when no record can be read. */
  readonly title: string | null;
  readonly place: 'sessions' | 'trash';
  /** How many records could be read, and how many numbers have none any more. */
  readonly records: number;
  readonly lostRecords: number;
  /** Bytes of its own files, and of the outputs that it refers to. */
  readonly bytes: number;
  readonly outputBytes: number;
}

/** Bytes in the parts of `.coding-agent`. */
export interface DiskUse {
  readonly sessions: number;
  readonly blobs: number;
  readonly checkpoints: number;
  readonly trash: number;
  readonly locks: number;
  readonly other: number;
  readonly total: number;
}

/** Something that a repair did. */
export interface Repair {
  readonly sessionId: string;
  /** Relative to `.coding-agent`. */
  readonly file: string;
  /** The name of the original beside it; absent where nothing was rewritten. */
  readonly original?: string;
  readonly what: string;
}

export interface DoctorReport {
  readonly root: string;
  /** Of what there is now, after any repair. */
  readonly severity: FindingSeverity | 'none';
  readonly findings: readonly Finding[];
  readonly sessions: readonly SessionCheck[];
  readonly disk: DiskUse;
  readonly repairs: readonly Repair[];
}

export interface DoctorRequest {
  /** Rewrites what is damaged, and keeps the originals beside. */
  readonly repair?: boolean | undefined;
  /** Takes locks and unfinished tasks away from processes that cannot be judged from here. */
  readonly takeOver?: boolean | undefined;
}
