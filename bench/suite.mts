import type { BenchContext } from './context.mts';
import type { Row } from './row.mts';

/** A suite that is measured in one go, or in parts that are kept one by one. */
export interface Suite {
  readonly title: string;
  readonly run: (context: BenchContext) => Promise<Row[]> | AsyncGenerator<SuitePart>;
}

/** What was measured of one part of a suite: of one peer. */
export interface SuitePart {
  readonly part: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** What could not be measured, and why. */
  readonly skipped: readonly string[];
}
