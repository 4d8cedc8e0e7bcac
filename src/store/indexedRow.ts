import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';

/** A session as the index knows it, and the file and content that this was made from. */
export interface IndexedRow {
  readonly sessionId: string;
  readonly stamp: string;
  /** `undefined`: no record can be read. */
  readonly row: SessionMetadata | undefined;
  readonly deleted: boolean;
  readonly damaged: DamagedFile | undefined;
}

/** What a list may show of it: nothing of one that is deleted or cannot be read. */
export function keptRow(indexed: IndexedRow | undefined): SessionMetadata | undefined {
  return indexed?.deleted === false ? indexed.row : undefined;
}
