import type { FileChange } from './task.ts';

/** What a captured folder holds under one path: a file (`100644`, or `100755` when it may be run) or a link (`120000`). */
export interface CapturedEntry {
  readonly mode: '100644' | '100755' | '120000';
  /** Git's hash of the content, or of where the link leads. */
  readonly id: string;
}

/** One path that differs between two checkpoints. */
export interface EntryChange {
  /** Relative to the captured folder, with `/`. */
  readonly path: string;
  /** Absent where there was nothing. */
  readonly before?: CapturedEntry;
  readonly after?: CapturedEntry;
}

export interface CheckpointChanges {
  readonly entries: readonly EntryChange[];
  /** Folders that came and went, empty ones too; each above what is in it. */
  readonly foldersMade: readonly string[];
  readonly foldersRemoved: readonly string[];
}

/** What is under a path right now. `other`: a folder, a device, or something behind a link. */
export type FoundEntry = CapturedEntry | 'nothing' | 'other';

/** A file's change with what people are shown of it. */
export interface FileDiff extends FileChange {
  readonly binary?: boolean;
  /** A unified diff; absent for binary and very large files, and when it was not asked for. */
  readonly patch?: string;
}

/** What a task changed. */
export interface TaskDiff {
  readonly taskId: string;
  readonly files: readonly FileDiff[];
  /** Folders that the task made and removed. */
  readonly foldersMade: readonly string[];
  readonly foldersRemoved: readonly string[];
  /** The checkpoints between which it is seen; `null` where there is none: then `files` have no patches. */
  readonly before: string | null;
  readonly after: string | null;
  readonly undone: boolean;
}

/** One path to be put from one state into another. */
export interface RestoreStep {
  readonly path: string;
  /** What is there; `null`: nothing. Anything else stops the restore. */
  readonly from: CapturedEntry | null;
  readonly to: CapturedEntry | null;
}

export interface RestorePlan {
  readonly steps: readonly RestoreStep[];
  /** Made when they are missing. */
  readonly makeFolders: readonly string[];
  /** Removed when they are empty. */
  readonly removeFolders: readonly string[];
}

export interface CaptureRequest {
  /** Keeps the checkpoint until it is pruned, under this name of letters, digits, `-`, `_` and `/`. */
  readonly keepAs?: string;
  readonly signal?: AbortSignal | undefined;
}

/** That somebody is at work in a folder, told to every process. */
export interface Presence {
  /** Resolves with whether anybody else was at work there meanwhile. Never rejects. */
  leave(): Promise<boolean>;
}

/**
 * Captures of folders, and the way back to them. Kept in `.coding-agent/checkpoints`, apart from the user's repository, of which
 * nothing is ever changed. What the user's rules ignore, nested repositories, `.git` and `.coding-agent` are left out.
 *
 * Every rejection is a `SessionError`: `no_checkpoint` (there is no git program, the folder is too large to capture, or the
 * checkpoint is not there any more; the message says which), `cancelled`, or `storage_denied`, `storage_full`, `storage_failed`.
 * A rejected call has changed nothing in the folder.
 */
export interface Checkpoints {
  /**
   * Captures `folder` (absolute, real) as it is. Resolves with the checkpoint's id once it is durable; the same content gives
   * the same id. Many processes may capture at once.
   */
  capture(folder: string, request?: CaptureRequest): Promise<string>;
  /** What differs between two checkpoints. */
  changes(before: string, after: string): Promise<CheckpointChanges>;
  /** What a checkpoint holds under these paths; those that it does not hold are not in the answer. */
  entries(checkpoint: string, paths: readonly string[]): Promise<ReadonlyMap<string, CapturedEntry>>;
  /** The content of a file in a checkpoint (of a link: where it leads); `undefined` when there is none. */
  content(checkpoint: string, path: string): Promise<Uint8Array | undefined>;
  /** Hashes, line counts and, with `patches`, unified diffs of changes. In the same order. */
  describe(
    entries: readonly EntryChange[],
    options?: { readonly patches?: boolean },
  ): Promise<readonly FileDiff[]>;
  /** What is in `folder` now under these paths, links not followed. */
  look(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, FoundEntry>>;
  /**
   * Carries a plan out; resolves with how many files were written, moved or removed. A path that is neither `from` nor `to`
   * rejects with `undo_conflict`. Whatever the rejection, what was written is put back. When the process is killed, each path
   * holds either `from` or `to`, and the same call finishes the work.
   */
  restore(folder: string, plan: RestorePlan): Promise<number>;
  /** Says that somebody is at work in `folder` from now on. Never rejects. */
  enter(folder: string): Promise<Presence>;
}
