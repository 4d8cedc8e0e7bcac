/**
 * How far a piece of work over many sessions is: reading those that no index knows yet, reading them for a search, or checking
 * them. Told a few times a second, when there are a thousand or more and it takes longer than that, and once more when it is over:
 * then `done` is `total`.
 */
export interface LongWork {
  readonly kind: 'read' | 'search' | 'check';
  /** How many sessions are done. */
  readonly done: number;
  readonly total: number;
}

/** Must not throw. */
export type OnLongWork = (work: LongWork) => void;
