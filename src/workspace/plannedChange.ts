import type { FileChange } from '../core/task.ts';

/** A change that was looked at and found possible, and has not happened yet. */
export interface PlannedChange {
  /** Paths that it touches, below the root, links resolved. */
  readonly paths: readonly string[];
  /** Whether one of them is protected: then a person decides on exactly what `show` says. */
  readonly isProtected: boolean;
  /** What would be done, in full: a unified diff, or a sentence. */
  show(): string;
  /**
   * Does exactly that. Rejects, with nothing changed, when what it looked at has changed meanwhile (`changed_meanwhile`) or
   * the system refuses (`storage_*`).
   */
  apply(): Promise<AppliedChange>;
}

export interface AppliedChange {
  readonly changes: readonly FileChange[];
  /** In a few words, such as `+24 -0`. */
  readonly detail: string;
}
