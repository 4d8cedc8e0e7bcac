import type { SessionError } from './errors.ts';
import type { FileChange } from './task.ts';

/** What a captured folder holds under one path: a file (`100644`, or `100755` when it may be run) or a link (`120000`). */
export interface CapturedEntry {
  readonly mode: '100644' | '100755' | '120000';
  /** Git's hash of the content, or of where the link leads. */
  readonly id: string;
}

/** A file in a checkpoint. */
export interface CapturedPlace {
  readonly checkpoint: string;
  /** Relative to the captured folder, with `/`. */
  readonly path: string;
}

/** One path that differs between two checkpoints. */
export interface EntryChange {
  /** Relative to the captured folder, with `/`. */
  readonly path: string;
  /** The former path of a renamed file, to show it as one. */
  readonly from?: string;
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

/**
 * What is under a path right now. `blocked`: a file or link stands where a folder above it should be. `other`: a device or the
 * like. `untouchable`: protected, or a name that no file tool takes. `occupied`: a folder with something in it that is not the plan's.
 */
export type FoundEntry =
  CapturedEntry | 'nothing' | 'folder' | 'occupied' | 'blocked' | 'other' | 'untouchable';

/** A file's change with what people are shown of it. */
export interface FileDiff extends FileChange {
  readonly binary?: boolean;
  /** What `git apply` takes; absent when it was not asked for. */
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
  /** Why there are no contents, as a sentence, where more is known than that they were not captured. */
  readonly problem?: string;
}

/** One path to be put from one state into another. */
export interface RestoreStep {
  readonly path: string;
  /** What is there; `null`: nothing. Anything but this and `to` stops the restore. */
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

/**
 * How a restore ended. `reverted`: it could not be finished, and every path holds `from` again. `unfinished`: not even that; the
 * same plan, or the opposite one, can be tried again.
 */
export type RestoreOutcome =
  /** How many files were written, moved or removed. */
  | { readonly status: 'restored'; readonly files: number }
  | { readonly status: 'reverted' | 'unfinished'; readonly error: SessionError };

export interface CaptureRequest {
  /** Keeps the checkpoint until it is pruned, under this name of letters, digits, `-`, `_` and `/`. */
  readonly keepAs?: string;
  /** It outlives a power cut when the call resolves; else it does a little later. */
  readonly durable?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Whose checkpoints go: those of these sessions, and those that were taken before a time. */
export interface PruneRule {
  readonly sessionIds?: readonly string[];
  readonly olderThan?: Date;
}

export interface Pruned {
  /** Of how many tasks. */
  readonly tasks: number;
  /** How much smaller the store is; what was written within the last hour stays. */
  readonly bytes: number;
}

/** Files and folders that were to live for a short time. */
export interface CheckpointLeftovers {
  readonly names: readonly string[];
  readonly bytes: number;
}

/** What looking through all that is kept has shown. */
export interface CheckpointCheck {
  /** Objects that are missing or damaged, as git names them, and the tasks that cannot be undone for that. */
  readonly damage: { readonly faults: readonly string[]; readonly tasks: readonly string[] } | null;
  /** Tasks of which checkpoints are kept, and which nobody knows. */
  readonly unknown: readonly string[];
  /** Tasks of which none is kept any more. */
  readonly pruned: readonly string[];
  /** What an interrupted import, capture or undo left, or one that is at work right now has; `null` when there is nothing. */
  readonly leftovers: CheckpointLeftovers | null;
  /** Why contents could not be looked at. */
  readonly unchecked: string | null;
}

/** How many gigabytes (10^9 bytes) checkpoints may take, where no setting says otherwise. */
export const CHECKPOINT_GIGABYTES = 5;

/** How many days checkpoints are kept before a person may have them removed as old, where no setting says otherwise. */
export const CHECKPOINT_DAYS = 30;

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
   * Captures `folder` (absolute, real) as it is. Resolves with the checkpoint's id; the same content gives the same id. Many processes may capture at once.
   */
  capture(folder: string, request?: CaptureRequest): Promise<string>;
  /** What differs between two checkpoints. */
  changes(before: string, after: string): Promise<CheckpointChanges>;
  /** What a checkpoint holds under these paths; those that it does not hold are not in the answer. */
  entries(checkpoint: string, paths: readonly string[]): Promise<ReadonlyMap<string, CapturedEntry>>;
  /** The content of a file in a checkpoint (of a link: where it leads); `undefined` when there is none. */
  content(checkpoint: string, path: string): Promise<Uint8Array | undefined>;
  /** The contents of many, in the same order, read at once; `undefined` also for one of more than `maxBytes`. */
  contents(places: readonly CapturedPlace[], maxBytes: number): Promise<readonly (Uint8Array | undefined)[]>;
  /** Hashes, line counts and, with `patches`, unified diffs of changes. In the same order. */
  describe(
    entries: readonly EntryChange[],
    options?: { readonly patches?: boolean },
  ): Promise<readonly FileDiff[]>;
  /** What is in `folder` now under the paths of a plan, links not followed. */
  look(folder: string, plan: RestorePlan): Promise<ReadonlyMap<string, FoundEntry>>;
  /**
   * Carries a plan out, each file in one piece; never through a link, never under a protected name. Rejects only when nothing
   * was changed yet. When the process is killed, each path holds either `from` or `to`, and the same call finishes the work.
   */
  restore(folder: string, plan: RestorePlan): Promise<RestoreOutcome>;
  /** Lets go of the checkpoints of tasks; their undo is over. By itself only what a limit of size asks for is let go. */
  prune(rule: PruneRule): Promise<Pruned>;
  /** Whether checkpoints of a task are kept here. Never rejects. */
  isKept(taskId: string): Promise<boolean>;
  /**
   * Looks through everything that is kept; writes nothing. `recorded` are the tasks that should have checkpoints, `known` all
   * tasks.
   */
  check(recorded: ReadonlySet<string>, known: ReadonlySet<string>): Promise<CheckpointCheck>;
  /** Says that somebody is at work in `folder` from now on. Never rejects. */
  enter(folder: string): Promise<Presence>;
}
